"""The fakes that halfopen owns and ships: a provider that says what it is told to, a clock moved by hand, contracts."""

from halfopen.testing.clock import HandClock
from halfopen.testing.steps import Cut, End, Hold, Send, Step, Wait, WaitFor, one_byte_at_a_time, paced
from halfopen.testing.upstream import Script, ScriptedUpstream, always
from halfopen.testing.visit import Ending, Received

__all__ = [
    "Cut",
    "End",
    "Ending",
    "HandClock",
    "Hold",
    "Received",
    "Script",
    "ScriptedUpstream",
    "Send",
    "Step",
    "Wait",
    "WaitFor",
    "always",
    "one_byte_at_a_time",
    "paced",
]
