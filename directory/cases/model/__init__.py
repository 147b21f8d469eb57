"""Tables of cases.

Whatever says something about a person is sealed with the data key of its inquiry,
bound to table, column and row (:mod:`directory.cases.rules.sealing`); when that key
is shredded nobody can read any of it again.
"""

from directory.cases.model.care import Call, FollowUp, Letter, LetterTemplate, Quote
from directory.cases.model.case import Case, CaseMark, Look, Move
from directory.cases.model.referral import Referral, RuleSet
from directory.cases.model.talk import Message, MessageTemplate, Note, Task
from directory.cases.model.telling import (
    Delivery,
    InterestCard,
    NewsSeen,
    NewsTold,
    Webhook,
)

__all__ = [
    "Call",
    "Case",
    "CaseMark",
    "Delivery",
    "FollowUp",
    "InterestCard",
    "Letter",
    "LetterTemplate",
    "Look",
    "Message",
    "MessageTemplate",
    "Move",
    "NewsSeen",
    "NewsTold",
    "Note",
    "Quote",
    "Referral",
    "RuleSet",
    "Task",
    "Webhook",
]
