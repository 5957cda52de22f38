@E14 @duty:pep-offered @duty:ec-late-explained @duty:evidence-asked
Feature: What is learnt after medical care has gone past it is still offered
  Somebody remembers another day, or was misheard. Nobody is told "too late" by an hour that was wrong.

  Background:
    Given a survivor who is 24 years old
    And the survivor is a woman
    And the survivor agrees to be visited, by telephone

  Scenario: It happened later than was thought, while another medicine is offered
    Given the assault happened 80 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else
    Then the next task of medical is "Offer emergency contraception"
    When reception fills in "We learned when it happened"
      | fact        | answer      |
      | incident_at | 2 hours ago |
    And medical does "Offer emergency contraception"
    Then the next task of medical is "Offer PEP against HIV"
    When medical does "Offer PEP against HIV"
    Then PEP was offered
    And the next task of medical is "Agree which parts of care"

  Scenario: It happened later than was thought, when care is over
    Given the assault happened 140 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else
    And everyone works until medical can do "Accompany to psychosocial"
    And medical does "Accompany to psychosocial"
    Then it never happened that PEP was offered
    When reception fills in "We learned when it happened"
      | fact        | answer       |
      | incident_at | 20 hours ago |
    Then PEP offered is owed
    And the next task of medical is "Offer PEP against HIV"
    When medical does "Offer PEP against HIV"
    Then the next task of medical is "Offer emergency contraception"
    When medical does "Offer emergency contraception"
    Then PEP was offered
    And emergency contraception was offered
    And medical has no task

  Scenario: A medicine was not held to be indicated, and that was misheard
    Given the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else
    And medical does "Offer PEP against HIV"
      | fact       | answer        |
      | pep_answer | not_indicated |
    And everyone works until medical can do "Accompany to psychosocial"
    And medical does "Accompany to psychosocial"
    And medical corrects pep answer to declined
    Then the next task of medical is "Offer PEP against HIV"

  Scenario: Evidence is wanted after all
    Given the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else
    And medical does "Agree which parts of care"
      | fact          | answer      |
      | care_accepted | examination |
    And everyone works until medical can do "Accompany to psychosocial"
    And medical does "Accompany to psychosocial"
    Then nobody can do "Collect the evidence"
    When medical corrects care accepted to evidence
    Then the question about evidence is owed
    And the next task of medical is "Ask consent for evidence"
    When medical does "Ask consent for evidence"
    Then the next task of medical is "Collect the evidence"

  Scenario: Evidence is not wanted any more
    Given the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else
    And medical does "Agree which parts of care"
      | fact          | answer      |
      | care_accepted | examination |
    And everyone works until medical can do "Accompany to psychosocial"
    And medical does "Accompany to psychosocial"
    And medical corrects care accepted to evidence
    Then medical can do "Ask consent for evidence"
    When medical corrects care accepted to examination
    Then nobody can do "Ask consent for evidence"

  Scenario: She chooses medical care anew, and is asked once
    Given the assault happened 140 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else
    And medical does "Agree which parts of care"
    And reception fills in "Change what the survivor wants"
      | fact          | answer |
      | wants_medical | no     |
    And reception fills in "We learned when it happened"
      | fact        | answer      |
      | incident_at | 2 hours ago |
    And reception fills in "Change what the survivor wants"
      | fact          | answer |
      | wants_medical | yes    |
    Then medical can do "Offer PEP against HIV"
    When medical does "Offer PEP against HIV"
    Then nobody can do "Offer PEP against HIV"
    And medical can do "Offer emergency contraception"
    And medical can do "Agree which parts of care"

  Scenario: What was answered elsewhere is not asked again
    Given the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else
    Then medical can do "Offer PEP against HIV"
    When medical fills in "PEP was offered, or is not indicated"
      | fact       | answer   |
      | pep_answer | declined |
    Then nobody can do "Offer PEP against HIV"
    And the next task of medical is "Offer emergency contraception"
