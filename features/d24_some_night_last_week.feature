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
      | fact       | answer        |
      | pep_answer | not_indicated |
    Then PEP was found not indicated
    And PEP offered is not owed

  Scenario: Nobody knows when it happened: the clinician decides
    When medical receives her for medical care
    Then the next task of medical is "Decide whether PEP may still help"

  Scenario: It was too late by every plausible time, and that is explained
    Given the assault happened between 8 days and 4 days ago
    When medical receives her for medical care
    Then nobody can do "Decide whether PEP may still help"
    And the explanation that PEP comes too late is owed
