"""What gives away programming, mathematics, writing, questions, talk and the work of agents."""

from __future__ import annotations

from halfopen.recognize.tells.tell import Tell, tell

TELLS: tuple[Tell, ...] = (
    tell(
        "coding", 4, "python javascript typescript sql regex regexp refactor bash docker kubernetes golang kotlin php"
    ),
    tell(
        "coding", 4, "numpy pandas django flask fastapi react vue angular svelte tailwind nodejs nginx apache webpack"
    ),
    tell(
        "coding",
        4,
        "git github gitlab npm pip pytest gradle maven cmake html css xml yaml graphql websocket oauth",
    ),
    tell(
        "coding",
        3,
        "sort reverse iterate",
        r"\b(?:sort|reverse|iterate|loop) .*\b(?:list|dictionary|array|dict|map|string)\b",
    ),
    tell("coding", 3, "snippet snippets variables"),
    tell("coding", 4, "postgres postgresql mysql sqlite redis mongodb kafka terraform ansible aws azure linux ubuntu"),
    tell("coding", 4, "nullpointerexception segfault stacktrace traceback compiler mutex deadlock recursion quicksort"),
    tell("coding", 3, "debug debugger unittest backend frontend api apis endpoint codebase repo dockerfile makefile"),
    tell(
        "coding", 4, "div flexbox css ssh publickey dataclass tuple enum hashmap md5 awk sed grep curl localhost cron"
    ),
    tell(
        "coding", 4, "virtualenv venv vscode intellij xcode flutter tensorflow pytorch jupyter matplotlib selenium jest"
    ),
    tell("coding", 4, "junit middleware orm jwt base64 stdout stderr boolean kubectl helm vba webhook cors sdk"),
    tell("coding", 3, "java rust ruby swift scala", r"\b(?:in|my|a|an|this|of|for) (?:java|rust|ruby|swift|scala)\b"),
    tell("coding", 3, "go", r" in go\b(?! to)"),
    tell("coding", 3, "code", r"\b(?:my|this|the|following|source|some|write|callback) code\b|\bcode review"),
    tell("coding", 3, "software programmer", r"\bsoftware (?:engineer|developer)|\bprogrammer\b"),
    tell("coding", 3, "tests test", r"\bunit[- ]tests?\b|\btests? for (?:the|this|my) \w+ (?:class|function|method)"),
    tell("coding", 3, "complexity race", r"\btime complexity\b|\brace conditions?\b"),
    tell("coding", 3, "liner command terminal", r"\bone[- ]liner\b|\bcommand line\b|\b(?:in|from) the terminal\b"),
    tell(
        "coding", 2, "function class method script bug algorithm parser compile deploy container variable server logs"
    ),
    tell("coding", 3, "node", r"\b(?:in|with) node\b|\bnode\.?js\b"),
    tell(
        "coding",
        2,
        "string float json commit branch merge cache cluster latency runtime deploys login password",
    ),
    tell(
        "coding", 2, "database query schema csv app async thread exception library framework array loop pointer crashes"
    ),
    tell("coding", 2, "función funktion fonction funzione skript clase datenbank fehlermeldung programm"),
    tell(
        "mathematics", 4, "integral derivative eigenvalues eigenvalue theorem polynomial algebra trigonometry logarithm"
    ),
    tell("mathematics", 3, "integers integer diagonals diagonalen vertices consecutive digits"),
    tell("mathematics", 4, "math maths mathematics fractions ableitung gleichung équation ecuación equazione matrix"),
    tell(
        "mathematics", 4, "circumference hypotenuse perimeter quadratic factorise factorize permutations umfang modulo"
    ),
    tell("mathematics", 3, "equation probability geometry triangle cyclic irrational prime primes percentage calculus"),
    tell("mathematics", 3, "radius rectangle circle rechteck kreis winkel", r"\d|\b(?:area|angle|volume|fläche)\b"),
    tell("mathematics", 3, "solve résous löse resuelve risolvi", r"\b(?:solve|résous|löse|resuelve|risolvi)\b.*[=\d]"),
    tell(
        "mathematics", 3, "prove proof show beweise", r"\b(?:prove|show|beweise) (?:that|dass|by)\b|\b(?:a|the) proof\b"
    ),
    tell(
        "mathematics",
        3,
        "calculate compute berechne calcula calcule evaluate simplify expand",
        r"\d|\b(?:area|sum|mean)\b",
    ),
    tell("mathematics", 3, "let", r"\blet \w+ be (?:a|an|the)\b"),
    tell("mathematics", 3, "form sum average", r"\bclosed form\b|\bsum of (?:the|all)\b|\baverage of\b"),
    tell("mathematics", 3, "ways orders", r"\bhow many (?:\w+ ){0,2}(?:ways|orders|combinations|arrangements)\b"),
    tell(
        "mathematics", 3, "km m cm hours litres miles minutes", r"\d+ ?(?:km|c?m|miles|litres|hours|minutes)\b.*\bhow\b"
    ),
    tell("mathematics", 3, "many far high much", r"\d\D{1,80}\d[^?]{0,80}\bhow (?:many|far|high|much)\b"),
    tell("mathematics", 4, "fraction decimal", r"\d"),
    tell("mathematics", 3, "odds chance likely", r"\b(?:odds|chances?) of\b.*\b(?:exactly|least|most|two|three|\d+)\b"),
    tell("mathematics", 4, "limit factor", r"\blimit of\b.*[\d/^(]|\bfactor\b.*\d[a-z]"),
    tell("mathematics", 3, "km", r"\d+ ?km/h\b"),
    tell("mathematics", 3, "discount price costs", r"\d+ ?%.*\b(?:what|how much)\b|\b(?:what|how much)\b.*\d+ ?%"),
    tell(
        "writing", 4, "poem essay haiku lyrics slogan copywriter speech limerick gedicht poème poema sonnet screenplay"
    ),
    tell(
        "writing",
        4,
        "proofread rewrite rephrase paraphrase reword compose draft umschreiben verfasse formuliere rédige",
    ),
    tell("writing", 4, "sound sounds", r"\bsounds? (?:more|less|friendlier|better|nicer)\b"),
    tell("writing", 3, "subject", r"\bsubject lines?\b"),
    tell("writing", 4, "paragraph", r"\binto a (?:\w+ )?paragraph\b"),
    tell("writing", 4, "linkedin tweet newsletter caption toast tagline redacta einladung"),
    tell(
        "writing",
        3,
        "write schreibe schreib écris escribe scrivi escreva",
        r"\b(?:write(?! to)|schreibe?|écris|escribe|scrivi|escreva)\b",
    ),
    tell("writing", 3, "story tale", r"\b(?:continue|tell|short) (?:the |a |me a )?(?:\w+ )?(?:story|tale)\b"),
    tell(
        "writing",
        3,
        "title titles blog headline names ideas",
        r"\b(?:ideas?|titles?|headlines?|names) for\b|\btitle ideas\b",
    ),
    tell("writing", 3, "come brainstorm", r"\bcome up with\b|\bbrainstorm\b"),
    tell(
        "writing",
        3,
        "improve sounds grammar spelling",
        r"\bimprove (?:this|the|my)\b|\bso that it sounds\b|\b(?:fix|correct|check) (?:the|my) (?:grammar|spelling)",
    ),
    tell(
        "writing",
        4,
        "polish erfinde dichte invente inventa wishes",
        r"\bpolish (?:this|my|the)\b|^\W*(?:erfinde|dichte|invente|inventa)\b|\bwishes for\b",
    ),
    tell(
        "writing",
        3,
        "text ad bio tagline paragraph post letter reply",
        r"\b(?:give|need|want) (?:me |us )?(?:an?|some) (?:\w+ )?(?:text|ad|bio|tagline|paragraph|post|letter|reply)\b",
    ),
    tell(
        "writing", 4, "reply response", r"\b(?:into|write|draft) an? (?:\w+ )?(?:reply|response|message|letter|email)\b"
    ),
    tell(
        "writing",
        4,
        "more less",
        r"\b(?:make|sound)\b.*\b(?:more|less) (?:polite|formal|friendly|casual|professional|engaging|persuasive)\b",
    ),
    tell("writing", 3, "style finish", r"\bin the style of\b|\bfinish (?:this|the) (?:sentence|paragraph|story)\b"),
    tell("writing", 1, "letter email article description paragraph brief lettre carta cuento rede post text"),
    tell(
        "question_answering",
        4,
        "context documents sources",
        r"\b(?:answer|cite)\b.*\b(?:context|documents|sources)\b|\bdocuments to answer\b",
    ),
    tell("question_answering", 4, "answer", r"\banswer (?:only )?(?:from|based on|according to) the\b"),
    tell("chat", 4, "chat talk", r"\b(?:chat|talk)s? with (?:the user|me|people)\b"),
    tell("chat", 3, "company", r"\bkeep me company\b"),
    tell("chat", 5, "roleplay role", r"\brole[- ]?play"),
    tell("chat", 5, "character", r"\b(?:stay|remain|speak) in character\b|\bbreak character\b"),
    tell("chat", 4, "pretend", r"\bpretend (?:to be|you are|that you)\b"),
    tell("chat", 4, "play", r"\blet'?s play\b"),
    tell("chat", 4, "joke guess", r"\btell me (?:a|another) joke\b|^guess what\b"),
    tell(
        "chat",
        4,
        "friend companion coach girlfriend boyfriend",
        r"\byou(?:'re| are)\b.*\b(?:friend|companion|coach|girlfriend|boyfriend)\b",
    ),
    tell(
        "chat",
        4,
        "act",
        r"\bact as (?:a|an|the|my)\b.*\b(?:wizard|pirate|knight|vampire|queen|king|detective|character|villain)\b",
    ),
    tell(
        "chat",
        3,
        "awful lonely upset happy",
        r"\bfeel(?:ing)? (?:so |really |a bit )?(?:awful|lonely|upset|happy|down)\b",
    ),
    tell("chat", 3, "wanna guess", r"^\W*wanna\b"),
    tell("chat", 3, "lonely sad bored lol haha", r"\bi ?'?(?:m| am| feel)\b|\b(?:lol|haha)\b"),
    tell("chat", 3, "talk chat entertain motivate", r"\bjust want to (?:talk|chat)\b|\b(?:entertain|motivate) me\b"),
    tell(
        "chat",
        4,
        "how wie ça cómo come",
        r"\bhow are you\b|\bwie geht(?: e)?'?s\b|\bça va\b|\bcómo estás?\b|\bcome stai\b",
    ),
    tell("agent", 2, "agent autonomous"),
)
