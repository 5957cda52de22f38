@D24 @duty:pep-offered
Feature: When the night is not certain, the clinician decides, and nothing is closed by itself
  Standard: what is urgent is counted from the earliest plausible time, what is possible from the latest.
  "Some night last week": three to eight days ago.

  Background:
    Given a survivor who is 24 years old
    And the survivor is a woman

  Scenario: The latest plausible time is seventy-two hours ago
    Given the assault happened between 8 days and 3 days ago
    When medical receives her for medical care
    Then the next task of medical is "Decide whether PEP may still help"
    And PEP offered is owed
    And nobody can do "Explain that PEP comes too late"
    When medical does "Decide whether PEP may still help"
    Then PEP was offered
    And the next task of medical is "Decide whether contraception may still help"

  Scenario: She waits for an hour at reception, and still nothing is closed by itself
    Given the assault happened between 8 days and 3 days ago
    When reception receives her alone
    And 1 hour passes
    And the survivor chooses medical care and nothing else
    Then the next task of medical is "Decide whether PEP may still help"

  Scenario: The clinician decides that it cannot help any more
    Given the assault happened between 8 days and 3 days ago
    When medical receives her for medical care
    And medical does "Decide whether PEP may still help"
      | fact       | answer      |
      | pep_answer | cannot_help |
    Then PEP offered is not owed
    And it never happened that PEP was found not indicated

  Scenario: It is learnt that it was two hours ago, and what could not help any more is offered
    Given the assault happened between 8 days and 3 days ago
    When medical receives her for medical care
    And medical does "Decide whether PEP may still help"
      | fact       | answer      |
      | pep_answer | cannot_help |
    And reception fills in "We learned when it happened"
      | fact           | answer      |
      | incident_at    | 2 hours ago |
      | incident_until | 2 hours ago |
    Then PEP offered is owed
    When medical does "Decide whether contraception may still help"
    Then the next task of medical is "Offer PEP against HIV"
    When medical does "Offer PEP against HIV"
      | fact       | answer   |
      | pep_answer | accepted |
    Then PEP was offered
    And PEP offered is met
    And the next task of medical is "Agree which parts of care"

  Scenario: Contraception, too, is offered once the time leaves no doubt, also when care is over
    Given the survivor agrees to be visited, by telephone
    When medical receives her for medical care
    And medical does "Decide whether PEP may still help"
    And medical does "Decide whether contraception may still help"
      | fact      | answer      |
      | ec_answer | cannot_help |
    And everyone works until medical can do "Accompany to psychosocial"
    And medical does "Accompany to psychosocial"
    Then emergency contraception is not owed
    And medical has no task
    When reception fills in "We learned when it happened"
      | fact        | answer       |
      | incident_at | 20 hours ago |
    Then emergency contraception is owed
    And the next task of medical is "Offer emergency contraception"
    When medical does "Offer emergency contraception"
      | fact      | answer   |
      | ec_answer | declined |
    Then emergency contraception was offered
    And medical has no task

  Scenario: It was judged once more, after care, and is offered all the same when the time is learnt
    Given the assault happened 140 hours ago
    When medical receives her for medical care
    And everyone works until medical can do "Accompany to psychosocial"
    And medical does "Accompany to psychosocial"
    And reception fills in "We learned when it happened"
      | fact           | answer     |
      | incident_at    | 8 days ago |
      | incident_until | 3 days ago |
    And medical does "Decide whether PEP may still help"
      | fact       | answer      |
      | pep_answer | cannot_help |
    And medical does "Decide whether contraception may still help"
    Then medical has no task
    When reception fills in "We learned when it happened"
      | fact           | answer      |
      | incident_at    | 2 hours ago |
      | incident_until | 2 hours ago |
    Then the next task of medical is "Offer PEP against HIV"

  Scenario: Learnt while the parts of care are agreed
    Given the assault happened between 8 days and 3 days ago
    When medical receives her for medical care
    And medical does "Decide whether PEP may still help"
      | fact       | answer      |
      | pep_answer | cannot_help |
    And everyone works until medical can do "Agree which parts of care"
    And reception fills in "We learned when it happened"
      | fact           | answer      |
      | incident_at    | 2 hours ago |
      | incident_until | 2 hours ago |
    Then PEP offered is owed
    When medical does "Agree which parts of care"
    Then medical can do "Offer PEP against HIV"

  Scenario: That it is not indicated stands, whatever is learnt of the time
    Given the assault happened between 8 days and 3 days ago
    When medical receives her for medical care
    And medical does "Decide whether PEP may still help"
      | fact       | answer        |
      | pep_answer | not_indicated |
    Then PEP was found not indicated
    When reception fills in "We learned when it happened"
      | fact           | answer      |
      | incident_at    | 2 hours ago |
      | incident_until | 2 hours ago |
    And everyone does their work
    Then it never happened that PEP was offered
    And PEP offered is not owed

  Scenario: Nobody knows when it happened: the clinician decides
    When medical receives her for medical care
    Then the next task of medical is "Decide whether PEP may still help"

  Scenario: It was too late by every plausible time, and that is explained
    Given the assault happened between 8 days and 4 days ago
    When medical receives her for medical care
    Then nobody can do "Decide whether PEP may still help"
    And the explanation that PEP comes too late is owed
