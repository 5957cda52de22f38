"""Invented survivors: what each would answer, by fact. Moments are counted from when the walk begins."""

from __future__ import annotations

from engine.drills.vocabulary import Answer

_ARRIVING: dict[str, Answer] = {
    "life_threat": "no",
    "able_to_express": "yes",
    "language": "rw",
    "interpreter": "not_needed",
    "incident_at": "5 hours ago",
    "age_known": "documented",
    "sex": "female",
}
_CARED_FOR: dict[str, Answer] = {
    "rights_told": ["free", "confidential", "limits", "choose", "refuse", "change", "legal_aid"],
    "rights_understood": "yes",
    "wants_medical": "yes",
    "wants_psychosocial": "yes",
    "care_accepted": ["examination", "treatment", "prevention", "evidence"],
    "exposure": "yes",
    "pep_answer": "accepted",
    "pregnancy_possible": "yes",
    "ec_answer": "accepted",
    "evidence_consent": "yes",
    "evidence_use": "hold",
    "consent_signed": "signature",
    "evidence_items": ["swabs", "clothing"],
    "suspected_crime": "yes",
    "suspicion_basis": ["told"],
    "suicide_risk": "no",
    "crisis": "no",
    "danger_level": "serious",
    "follow_up_agreed": "yes",
    "contact_channel": "comes",
    "another_session": "no",
    "visit_outcome": "well",
    "told_return": "yes",
    "handover_confirmed": "arrived",
}

CHILD: dict[str, Answer] = {
    **_ARRIVING,
    **_CARED_FOR,
    "accompanied_by": "parent",
    "birth_date": "2014-06-01",
    "wants_police": "no",
    "wants_safe_room": "yes",
    "survivor_wish": "safe_room",
    "police_advice": "safe_room",
    "medical_advice": "safe_room",
    "safety_decision": "safe_room",
    "stay_given": ["bed", "food", "key"],
    "stay_continues": "no",
    "told_child": "yes",
    "safe_adult_told": "yes",
    "child_objects": "no",
}
"""A girl whose mother brings her: every service, and the law decides about the report."""

ADULT: dict[str, Answer] = {
    **_ARRIVING,
    **_CARED_FOR,
    "accompanied_by": "alone",
    "birth_date": "1992-04-10",
    "wants_police": "no",
    "wants_safe_room": "no",
    "survivor_wish": "home",
    "police_advice": "home",
    "medical_advice": "home",
    "safety_decision": "home",
    "survivor_agrees": "yes",
    "safety_plan_made": "yes",
}
"""A woman who comes alone and chooses care, but not the police, who therefore advise without her identity."""

REPORTING: dict[str, Answer] = {**ADULT, "wants_police": "yes", "police_consent": "yes", "consent_scope": ["account"]}
"""The same woman, had she chosen to report."""
