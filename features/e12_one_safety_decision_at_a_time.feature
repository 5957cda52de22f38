@E12 @duty:safety-after-police-advice @duty:safety-after-medical-advice
Feature: Safety is decided once at a time, each time with the advice of both services
  She speaks of new danger before anyone has decided where she is safe. Advice is asked for one decision, not shared by two.

  Scenario: Danger is told in a session while safety is not decided yet
    Given a survivor who is 29 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and somebody to talk to
    And psychosocial does "Open the file and listen"
      | fact            | answer                    |
      | another_session | yes                       |
      | next_session_at | 2026-03-02T09:30:00+02:00 |
    Then safety is not decided yet
    When 31 minutes pass
    And psychosocial does "Hold a session"
      | fact            | answer |
      | danger_again    | yes    |
      | another_session | no     |
    Then safety is decided anew has not started
    When everyone works until psychosocial can do "Decide where the survivor is safe"
    And psychosocial does "Decide where the survivor is safe"
    Then safety is decided anew is running
    When everyone does their work
    Then safety is decided anew has ended
    And the case is closed
