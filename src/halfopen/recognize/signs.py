"""What code looks like: a sign a row, with the language that it speaks for and how much.

`mark` and `word` are what must stand in the text before its pattern is tried, so that prose costs next to nothing:
`mark` is a character that code has and prose seldom, or nothing; a `(` counts where no blank stands before it, a `:` or
a `;` where none stands behind it. `word` is in small letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAGS = "a|body|button|div|form|h[1-6]|head|html|img|input|label|li|p|script|span|style|table|td|th|title|tr|ul"
_STYLES = (
    "align-items|background[a-z-]*|border[a-z-]*|colou?r|display|font[a-z-]*|height|justify-content|margin[a-z-]*"
    "|max-width|padding[a-z-]*|position|text-[a-z-]+|width"
)
_COMMANDS = (
    "alias|apt|apt-get|awk|brew|cat|chmod|cp|curl|docker|export|find|git|grep|kubectl|ls|mkdir|mv|npm|pip|rm|sed|ssh"
    "|tar"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """`weight` 4 and more decides; less than 3 needs another sign beside it."""

    language: str
    mark: str
    word: str
    pattern: re.Pattern[str]
    weight: int


def _sign(language: str, mark: str, word: str, pattern: str, weight: int) -> Sign:
    return Sign(language, mark, word, re.compile(pattern, re.MULTILINE), weight)


SIGNS: tuple[Sign, ...] = (
    _sign("python", ":", "def ", r"^[ \t]*(?:async )?def \w+\(.{0,200}\)(?: ->.{0,200})?:", 4),
    _sign("python", ":", "class ", r"^[ \t]*class \w+(?:\(.{0,200}\))?:[ \t]*$", 4),
    _sign("python", ":", "for ", r"for \w+(?:, \w+)* in \w+\(.{0,100}\):", 4),
    _sign("python", ":", ":\n", r"for \w+(?:, \w+)* in [^\n{;]{1,120}:[ \t]*$", 3),
    _sign("python", ":", "elif ", r"^[ \t]*elif .{0,200}:[ \t]*$", 4),
    _sign("python", ":", "except", r"^[ \t]*except\b.{0,200}:[ \t]*$", 4),
    _sign("python", ":", "lambda ", r"\blambda [\w, ]*:", 3),
    _sign("python", ":", "if ", r"^[ \t]*if [^{(\n]{1,120}:[ \t]*$", 2),
    _sign("python", "(", "print(", r"\bprint\(", 2),
    _sign("python", "", "traceback (most", r"Traceback \(most recent call last\)", 5),
    _sign("python", "_", "__", r"\b__\w+__\b", 4),
    _sign("python", ".", "self.", r"\bself\.\w+", 1),
    _sign("python", ">", ">>> ", r"^>>> ", 4),
    _sign("python", "", "import ", r"^[ \t]*(?:import [\w.]+(?: as \w+)?|from [\w.]+ import [\w*, ()]+)[ \t]*$", 4),
    _sign("javascript", "=", "const ", r"\bconst (?:\w+|[\[{][\w, ]+[\]}])(?:: \S+)? = ", 4),
    _sign("javascript", ";", "let ", r"^[ \t]*let \w+(?: = .{0,200})?;", 2),
    _sign("javascript", "=", "=>", r"[\w)\]}] => [\w({`\[]", 1),
    _sign("javascript", "=", "===", r"[!=]==", 2),
    _sign("javascript", "=", "require(", r"= require\(['\"]", 4),
    _sign("javascript", "=", "type ", r"^(?:export )?type \w+ = ", 3),
    _sign("javascript", "{", "function", r"\bfunction\s*\w*\([\w, {}.=]{0,120}\)\s*\{", 3),
    _sign("javascript", "(", "console.log", r"\bconsole\.(?:log|error|warn)\(", 4),
    _sign("javascript", "(", "document.", r"\bdocument\.(?:get|query|create|add|body)", 4),
    _sign("javascript", "(", "async", r"\basync (?:function\b|\()", 3),
    _sign("javascript", "(", ".then(", r"\.then\(", 3),
    _sign("javascript", "{", ": string", r"\w\??: string\b", 3),
    _sign("javascript", "{", ": number", r"\w\??: number\b", 3),
    _sign("javascript", "{", ": boolean", r"\w\??: boolean\b", 3),
    _sign("javascript", ":", ".js", r"\.[jt]sx?:\d+", 4),
    _sign("javascript", "", "undefined (reading", r"\bundefined \(reading", 4),
    _sign("javascript", "(", "usestate", r"\buse(?:State|Effect|Ref|Memo)\(", 4),
    _sign("javascript", "", "import ", r"^[ \t]*import .{0,200} from ['\"]", 5),
    _sign("javascript", "", "export ", r"^[ \t]*export (?:default|const|function|class|type|interface)\b", 4),
    _sign("java", "(", "system.out", r"\bSystem\.out\.print", 5),
    _sign("java", ";", "import ", r"^[ \t]*import (?:static )?[\w.*]+;", 4),
    _sign("java", ";", "package ", r"^[ \t]*package [\w.]+;", 5),
    _sign("java", "@", "@", r"^[ \t]*@(?:Override|Autowired|Entity|Test|\w*(?:Controller|Mapping))\b", 4),
    _sign("java", "(", "string[] args", r"\bmain\(String\[\] args\)", 3),
    _sign("java", "(", "throws ", r"\) throws \w+", 4),
    _sign("java", "(", ".java", r"\.java:\d+\)", 5),
    _sign("java", "", "exception in thread", r"Exception in thread \"", 4),
    _sign("java", "(", "public ", r"\bpublic (?:static |final )*(?:boolean|int|void|String)\b \w+\(", 3),
    _sign("java", ";", "final ", r"\b(?:private|public|static) final \w+", 3),
    _sign("java", ";", "string ", r"\bString \w+ = ", 3),
    _sign("java", "<", "map<", r"\b(?:Map|List|Set)<[\w, <>]{1,60}> \w+ = ", 3),
    _sign("java", "(", "collectors.", r"\bCollectors\.\w+\(", 4),
    _sign("c", "#", "#include", r"^[ \t]*#include\s*[<\"]", 5),
    _sign("c", "(", "printf(", r"(?<![\w.])printf\(", 2),
    _sign("c", ":", "std::", r"\bstd::\w+", 5),
    _sign("c", "(", "int main", r"\bint main\(", 4),
    _sign("c", "*", "*", r"\b(?:int|char|void|float|double|struct \w+|size_t) \*+\w+", 4),
    _sign("c", "(", "malloc(", r"\b[mc]alloc\(", 4),
    _sign("c", "<", "cout", r"\bcout\s*<<", 5),
    _sign("c", "<", "template", r"\btemplate\s*<", 5),
    _sign("c", "{", "struct ", r"^[ \t]*(?:typedef )?struct \w* ?\{", 2),
    _sign("c", ":", "public:", r"^[ \t]*(?:public|private|protected):", 4),
    _sign("c", "&", "const ", r"\bconst \w+\s?&", 3),
    _sign("c", ";", "nullptr", r"\bnullptr\b", 4),
    _sign("csharp", ";", "using ", r"^[ \t]*using [\w.]+;", 5),
    _sign("csharp", "(", "console.", r"\bConsole\.(?:Write|Read)", 5),
    _sign("csharp", "{", "get;", r"\{ ?get;", 5),
    _sign("csharp", "", "foreach", r"\bforeach \(\w+ \w+ in ", 5),
    _sign("csharp", "(", "task", r"\basync Task\b", 5),
    _sign("csharp", "(", "actionresult", r"\bI?ActionResult\b", 4),
    _sign("csharp", "(", ".", r"\.(?:Where|Select|ToList|FirstOrDefault|OrderBy)\(", 4),
    _sign("csharp", "(", "public record", r"\bpublic record \w+\(", 5),
    _sign("csharp", "[", "[", r"^[ \t]*\[\w+(?:\(.{0,200}\))?\][ \t]*$", 2),
    _sign("csharp", "{", "namespace ", r"^[ \t]*namespace [\w.]+\s*\{", 3),
    _sign("go", "(", "func ", r"^[ \t]*func (?:\(\w+ \*?\w+\) )?\w+\(", 5),
    _sign("go", "", "package ", r"^package \w+[ \t]*$", 5),
    _sign("go", "=", ":=", r"\w\s*:= ", 4),
    _sign("go", "(", "fmt.", r"\bfmt\.[A-Z]\w+\(", 5),
    _sign("go", "!", "!= nil", r"\berr != nil\b", 5),
    _sign("go", "", "chan ", r"\bchan (?:int|string|bool|error|struct)", 4),
    _sign("go", "(", "defer ", r"^[ \t]*defer \w+", 3),
    _sign("go", "[", "goroutine ", r"\bgoroutine \d+ \[", 5),
    _sign("go", "{", "type ", r"^[ \t]*type \w+ (?:struct|interface)\b", 5),
    _sign("rust", "(", "fn ", r"\bfn \w+(?:<[^>]{0,60}>)?\(", 5),
    _sign("rust", "=", "let mut ", r"\blet mut \w+", 5),
    _sign("rust", "!", "!", r"\b(?:println|vec|format|panic|assert|assert_eq)!", 4),
    _sign("rust", "{", "impl", r"^[ \t]*impl(?:<.{0,200}>)? \w+", 4),
    _sign("rust", ";", "use ", r"^[ \t]*use \w+::[\w:{}, *]+;", 5),
    _sign("rust", "#", "#[", r"#\[(?:derive|test|cfg|allow)\b", 5),
    _sign("rust", ":", "::", r"\b(?:String|Vec|Option|Box|Rc|Some|HashMap)::\w+", 4),
    _sign("rust", "{", "match ", r"\bmatch [\w.&]+ \{", 4),
    _sign("rust", "[", "error[e", r"\berror\[E\d{4}\]", 5),
    _sign("rust", "&", "&", r"&(?:'\w+ |mut )?(?:str|self)\b", 4),
    _sign("sql", "", "select", r"\bSELECT\b[^;]{1,300}?\bFROM\b", 5),
    _sign("sql", "", "select", r"\bselect\s+(?:distinct\s+)?[\w.()*]+(?:\s*,\s*[\w.()*]+)+\s+from\s+\w+", 4),
    _sign("sql", "*", "select", r"(?i)\bselect \* from \w+", 4),
    _sign("sql", "=", "update ", r"(?i)\bupdate \w+ set \w+ ?=", 5),
    _sign("sql", "", "insert into", r"(?i)\binsert into \w+ ?\(", 5),
    _sign("sql", "", "delete from", r"\bDELETE FROM \w+|\bdelete from \w+ where \w+ ?[<>=]", 4),
    _sign("sql", "", "create table", r"(?i)\bcreate table (?:if not exists )?\w+ ?\(", 5),
    _sign("sql", "", "alter table", r"(?i)\balter table \w+ (?:add|drop|alter|rename)\b", 5),
    _sign("sql", "", " as (", r"\bWITH \w+ AS \(", 4),
    _sign("shell", "#", "#!/", r"^#!.{0,200}\b(?:ba|z)?sh\b", 6),
    _sign("shell", "$", "$ ", r"^\$ \w+", 4),
    _sign("shell", "", "sudo ", r"^[ \t]*(?:\$ )?sudo \w+", 4),
    _sign("shell", "-", " -", rf"^[ \t]*(?:\$ )?(?:{_COMMANDS}) .{{0,120}}?(?<= )--?\w", 4),
    _sign("shell", "=", "='", r"^[ \t]*alias \w+=['\"]", 4),
    _sign("shell", "$", "$", rf"^[ \t]*(?:{_COMMANDS}) .{{0,120}}\"?\$[\w{{]", 3),
    _sign("shell", "", " install ", r"^[ \t]*(?:\$ )?(?:apt|apt-get|brew|npm|pip|yarn) install \w", 4),
    _sign("shell", "", "npm run ", r"^[ \t]*npm run \w", 4),
    _sign("shell", "/", " ", r"^[ \t]*(?:cat|cd|find|head|ls|sort|tail) [.~]?/\w", 4),
    _sign(
        "shell", "", "git ", r"\bgit (?:add|checkout|clone|commit|log|merge|pull|push|rebase|reset|status) -?-?\w", 3
    ),
    _sign("shell", "", "docker ", r"\bdocker (?:build|compose|exec|logs|ps|run) [-\w]", 3),
    _sign("shell", ";", "done", r"; do[ \t]*$[\s\S]{0,400}^[ \t]*done\b", 5),
    _sign("shell", "[", "fi", r"^[ \t]*if \[[\s\S]{0,400}^[ \t]*fi\b", 5),
    _sign("shell", "|", "| ", r"\| (?:awk|grep|head|sed|sort|tail|uniq|wc|xargs)\b", 4),
    _sign("html", "<", "<!doctype", r"(?i)<!doctype html", 6),
    _sign("html", "<", ">", rf"<(?:{_TAGS})(?: [^<>]{0, 300})?>", 3),
    _sign("html", "<", "</", rf"</(?:{_TAGS})>", 2),
    _sign("html", "{", ":", rf"[{{;]\s*(?:{_STYLES}): ?[^;{{}}]+;", 4),
    _sign("html", "@", "@media", r"^[ \t]*@media ", 4),
    _sign("data", "{", '"', r"^[ \t]*[\[{]\s*(?:\{\s*)?\"[\w -]+\"\s*:", 4),
    _sign("data", ":", ":\n ", r"^[a-z][\w-]*:\s*\n +(?:- )?[\w-]+:", 3),
    _sign("data", ":", "apiversion", r"^apiVersion: ", 3),
    _sign("php", "<", "<?php", r"<\?php\b", 6),
    _sign("php", "$", "$", r"\$\w+ = |\$_[A-Z]+\[", 3),
    _sign("php", "$", "->", r"\$\w+->\w+", 5),
    _sign("php", "$", "function", r"\bfunction \w*\([^)]{0,120}\$\w+", 5),
    _sign("php", "$", "foreach", r"\bforeach \(\$\w+ as ", 5),
    _sign("php", "$", "echo ", r"\becho [\"'$\w].{0,200};", 2),
    _sign("ruby", "", "def ", r"^[ \t]*def \w+[?!]?(?:\([^)]{0,120}\))?[ \t]*$", 4),
    _sign("ruby", "", "end", r"^[ \t]+end[ \t]*$|^end\s*\Z", 2),
    _sign("ruby", "", "puts ", r"\bputs [\"'\w]", 3),
    _sign("ruby", "|", "|", r"(?:\bdo|\{) \|\w+(?:, ?\w+)*\|", 5),
    _sign("ruby", ":", "attr_", r"\battr_(?:accessor|reader|writer) :", 5),
    _sign("ruby", "", "require '", r"^require ['\"]", 3),
    _sign("ruby", "<", "class ", r"^[ \t]*class \w+ < [\w:]+[ \t]*$", 5),
    _sign("ruby", ":", "_many", r"^[ \t]*(?:belongs_to|has_many|has_one) :", 5),
)

# What stands behind three backticks, to what we call it; other names are other languages.
INFO: dict[str, str] = {
    **dict.fromkeys(("python", "py", "python3", "pycon", "ipython"), "python"),
    **dict.fromkeys(("javascript", "js", "jsx", "typescript", "ts", "tsx", "node", "vue", "svelte"), "javascript"),
    "java": "java",
    **dict.fromkeys(("c", "cpp", "cc", "cxx", "h", "hpp"), "c"),
    **dict.fromkeys(("csharp", "cs"), "csharp"),
    **dict.fromkeys(("go", "golang"), "go"),
    **dict.fromkeys(("rust", "rs"), "rust"),
    **dict.fromkeys(("sql", "mysql", "postgresql", "plsql", "tsql", "sqlite"), "sql"),
    **dict.fromkeys(("bash", "sh", "shell", "zsh", "console", "powershell"), "shell"),
    **dict.fromkeys(("html", "css", "scss", "less", "xml", "svg"), "html"),
    **dict.fromkeys(("json", "yaml", "yml", "toml", "jsonc", "json5"), "data"),
    "php": "php",
    **dict.fromkeys(("ruby", "rb", "erb"), "ruby"),
}
NO_CODE = frozenset(("text", "txt", "plaintext", "plain", "markdown", "md", "output", "log", "diff", "csv"))
