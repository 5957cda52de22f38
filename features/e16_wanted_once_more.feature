@E16
Feature: What is wanted once more is given once more
  Care was given, and it has ended. Weeks later the survivor says that it is needed again.

  Background:
    Given a survivor who is 29 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    And the survivor agrees to be visited, by telephone
    When reception receives her alone
    And the survivor chooses medical care and somebody to talk to
    And everyone does their work

  Scenario: She needs more care, and chooses it
    When 6 days pass
    And psychosocial does "Hold the counselling visit"
      | fact          | answer     |
      | visit_outcome | needs_care |
    And reception fills in "Change what the survivor wants"
      | fact               | answer |
      | wants_psychosocial | yes    |
    Then psychosocial can do "Open the file and listen"
    And nobody can do "Agree which parts of care"

  Scenario: Medical care is wanted again, and nothing else is touched
    When 6 days pass
    And reception fills in "Change what the survivor wants"
      | fact          | answer |
      | wants_medical | yes    |
    Then medical can do "Agree which parts of care"
    And nobody can do "Open the file and listen"
    And wants psychosocial is yes

  Scenario: She wants the safe room again after a stay
    When reception fills in "Change what the survivor wants"
      | fact            | answer |
      | wants_safe_room | yes    |
    And everyone does their work
    And 1 day and 1 minute pass
    And everyone does their work
    Then stay in the safe room has ended
    When reception fills in "Change what the survivor wants"
      | fact            | answer |
      | wants_safe_room | yes    |
    Then stay in the safe room is running

  Scenario: What is asked in its turn starts nothing twice
    When 6 days pass
    And psychosocial does "Hold the counselling visit"
    Then nobody can do "Agree which parts of care"
    And nobody can do "Open the file and listen"
