@E15
Feature: The day of the next session that was put down wrongly is put right
  A slip of the pen must not have her wait a year, nor have her come on a day of which nobody spoke.

  Background:
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    And the survivor agrees to be visited, by telephone
    When reception receives her alone
    And the survivor chooses medical care and somebody to talk to

  Scenario: The year was wrong
    When psychosocial does "Open the file and listen"
      | fact            | answer                    |
      | another_session | yes                       |
      | next_session_at | 2027-03-05T09:00:00+02:00 |
    And everyone does their work
    And 4 days pass
    Then nobody can do "Hold a session"
    When psychosocial corrects next session to 2026-03-07T09:00:00+02:00
    Then nobody can do "Hold a session"
    When 1 day passes
    Then psychosocial can do "Hold a session"

  Scenario: The day that was meant is over when it is put right
    When psychosocial does "Open the file and listen"
      | fact            | answer                    |
      | another_session | yes                       |
      | next_session_at | 2027-03-05T09:00:00+02:00 |
    And everyone does their work
    And 4 days pass
    And psychosocial corrects next session to 2026-03-05T09:00:00+02:00
    Then psychosocial can do "Hold a session"

  Scenario: The session is moved to a later day, and does not come on the old one
    When psychosocial does "Open the file and listen"
      | fact            | answer                    |
      | another_session | yes                       |
      | next_session_at | 2026-03-05T09:00:00+02:00 |
    And everyone does their work
    And psychosocial corrects next session to 2026-03-12T09:00:00+02:00
    And 4 days pass
    Then nobody can do "Hold a session"
    When 7 days pass
    Then psychosocial can do "Hold a session"

  Scenario: No session was agreed, though one was put down
    When psychosocial does "Open the file and listen"
      | fact            | answer                    |
      | another_session | yes                       |
      | next_session_at | 2026-03-05T09:00:00+02:00 |
    And everyone does their work
    Then nobody can do "Review what the correction means"
    When psychosocial corrects another session to no
    Then the coordinator can do "Review what the correction means"

  Scenario: A session was agreed, though none was put down
    When psychosocial does "Open the file and listen"
      | fact            | answer |
      | another_session | no     |
    And everyone does their work
    Then psychosocial care has ended
    When psychosocial corrects another session to yes
    Then the coordinator can do "Review what the correction means"
