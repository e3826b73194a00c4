"""YAML text to typed, frozen rows, or everything that is wrong with it at once, by file, line and field.

YAML guesses what a scalar is, and guesses wrong: `NO` becomes False and `0.10` a float. So the text is read as a
graph of nodes whose scalars stay text, and the type of the field they fill says what they are. Only a plain `null`,
`~` or nothing at all is None. A key given twice is refused, and so is an alias that makes the document explode.

    lanes = read(text, dict[str, Lane], "halfopen.yaml")

What does not go together is said by a row's own `__post_init__`, or by whoever reads the rows: as Complaints of what
is `amiss`, which name the field and get their file and line here.
"""

from halfopen.documents.complaint import SHOWN, Complaint, Complaints, amiss, nearest
from halfopen.documents.convert import convert, placed, read, rows
from halfopen.documents.graph import compose

__all__ = ["SHOWN", "Complaint", "Complaints", "amiss", "compose", "convert", "nearest", "placed", "read", "rows"]
