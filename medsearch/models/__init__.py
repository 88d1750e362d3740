"""Drugs, what they are used for, and who pays for them.

A *Regimen* is one drug or several given together. An *Indication* is a regimen used in a population, a setting and
one or more lines. *Funding* is what one jurisdiction said about paying for it, and when. Plans never name a drug by
hand: the pathway app derives its drug cards from the indications here. A *Milestone* is one dated decision on a drug's
way to patients, a *Programme* is somebody who pays or helps to pay.
"""

from .decisions import OUTCOMES, Body, Milestone, Outcome
from .drugs import Approval, Drug, DrugClass, Generics, Indication, Regimen, Route, Setting, TherapyGroup
from .funding import Funding, FundingStatus, Jurisdiction, Programme

__all__ = [
    "OUTCOMES",
    "Approval",
    "Body",
    "Drug",
    "DrugClass",
    "Funding",
    "FundingStatus",
    "Generics",
    "Indication",
    "Jurisdiction",
    "Milestone",
    "Outcome",
    "Programme",
    "Regimen",
    "Route",
    "Setting",
    "TherapyGroup",
]
