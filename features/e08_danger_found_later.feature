@E08 @duty:danger-answered @duty:suicide-at-visit-answered
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

  Scenario: She is not safe at the next visit either, and it is decided once more
    When 8 days pass
    And psychosocial does "Hold the counselling visit"
      | fact         | answer |
      | danger_again | yes    |
    And everyone does their work
    Then safety is decided anew has ended
    When 7 days pass
    And medical does "Hold the medical visit"
      | fact         | answer |
      | danger_again | yes    |
    Then danger answered is owed
    And psychosocial can do "Ask about danger and wishes"
    And safety is decided anew is running

  Scenario: Danger is found again while the follow-up of the decision is being planned
    When 8 days pass
    And psychosocial does "Hold the counselling visit"
      | fact         | answer |
      | danger_again | yes    |
    And everyone works until psychosocial can do "Plan the follow-up together"
    And 7 days pass
    And medical does "Hold the medical visit"
      | fact         | answer |
      | danger_again | yes    |
    And psychosocial does "Plan the follow-up together"
    Then psychosocial can do "Ask about danger and wishes"
    And safety is decided anew is running

  Scenario: What was put down wrongly is put right while the follow-up is being planned
    When 8 days pass
    And psychosocial does "Hold the counselling visit"
      | fact         | answer |
      | danger_again | yes    |
    And everyone works until psychosocial can do "Plan the follow-up together"
    And 7 days pass
    And medical does "Hold the medical visit"
      | fact         | answer |
      | danger_again | no     |
    And medical corrects danger again to yes
    Then danger answered is owed
    When psychosocial does "Plan the follow-up together"
    Then safety is decided anew is running

  Scenario: She thinks of ending her life, and is not left alone
    When 8 days pass
    And psychosocial does "Hold the counselling visit"
      | fact          | answer |
      | visit_suicide | yes    |
    Then psychosocial can do "Keep the survivor safe now"

  Scenario: That she thinks of ending her life was put down wrongly, and is put right
    When 8 days pass
    And psychosocial does "Hold the counselling visit"
      | fact             | answer |
      | visit_suicide    | no     |
      | follow_up_agreed | no     |
    And psychosocial corrects visit suicide to yes
    Then suicide at visit answered is owed
    When everyone does their work
    Then the case is open
    When psychosocial fills in "The survivor was kept safe in a crisis"
    And everyone does their work
    Then the case is closed

  Scenario: What is owed stays owed when it could not be asked at the next visit
    When 8 days pass
    And psychosocial does "Hold the counselling visit"
      | fact          | answer |
      | visit_suicide | no     |
    And psychosocial corrects visit suicide to yes
    Then suicide at visit answered is owed
    When 6 days pass
    And medical does "Hold the medical visit"
      | fact          | answer       |
      | suicide_asked | not_possible |
    Then suicide at visit answered is owed

  Scenario: What is owed stays owed when she says otherwise at the next visit, until somebody was with her
    When 8 days pass
    And psychosocial does "Hold the counselling visit"
      | fact          | answer |
      | visit_suicide | no     |
    And psychosocial corrects visit suicide to yes
    And 6 days pass
    And medical does "Hold the medical visit"
      | fact          | answer |
      | visit_suicide | no     |
    Then suicide at visit answered is owed
    When psychosocial fills in "The survivor was kept safe in a crisis"
    Then suicide at visit answered is met
