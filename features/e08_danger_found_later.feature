@E08
Feature: Danger that is found at a visit or in a session is acted on
  The decision on safety was right for that day. This is another day.

  Background:
    Given a survivor who is 29 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    And the survivor agrees to be visited, by telephone
    When reception receives her alone
    And the survivor chooses medical care and somebody to talk to
    And everyone does their work

  Scenario: She is not safe any more, and safety is decided anew
    When 8 days pass
    And psychosocial does "Hold the counselling visit"
      | fact         | answer |
      | danger_again | yes    |
    Then psychosocial can do "Ask about danger and wishes"
    And safety is decided anew is running

  Scenario: She thinks of ending her life, and is not left alone
    When 8 days pass
    And psychosocial does "Hold the counselling visit"
      | fact          | answer |
      | visit_suicide | yes    |
    Then psychosocial can do "Keep the survivor safe now"
