@D43 @duty:safe-room-left-safely @duty:child-not-left-to-choose
Feature: A stay in the safe room is looked at every day, and ends with a plan
  She stays because home is not safe. Nobody is forgotten there, and nobody is sent away.

  Background:
    Given a survivor who is 29 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room does "Welcome and settle in"

  Scenario: Every day is looked at together
    Then safe room has no task
    When 1 day passes
    Then psychosocial can do "Review the stay together"
    When psychosocial records that she stays another day
    And 1 day passes
    Then psychosocial can do "Review the stay together"

  Scenario: She leaves with a plan
    Then the plan for leaving the safe room is owed
    When 1 day passes
    And psychosocial records that she is ready to leave
    And safe room does "Leave safely"
    Then the plan for leaving the safe room is met
    And stay in the safe room has ended

  Scenario: An adult leaves for a place that she keeps to herself
    When 1 day passes
    And psychosocial records that she is ready to leave
    Then nobody can do "Leave safely, as a child"
    When safe room does "Leave safely"
      | fact         | answer     |
      | discharge_to | own_choice |
    Then the plan for leaving the safe room is met
    And stay in the safe room has ended

  Scenario: A child leaves to somebody, and not to a place of her own
    When papers show that she is 12 years old
    And 1 day passes
    And psychosocial records that she is ready to leave
    Then nobody can do "Leave safely"
    When safe room tries to do "Leave safely, as a child"
      | fact         | answer     |
      | discharge_to | own_choice |
    Then it is refused, because "Some answers need another look"
    And the plan for leaving the safe room is owed
    When safe room does "Leave safely, as a child"
      | fact         | answer |
      | discharge_to | family |
    Then the plan for leaving the safe room is met
    And stay in the safe room has ended

  Scenario: Papers show while she is leaving how old she is
    When 1 day passes
    And psychosocial records that she is ready to leave
    Then safe room can do "Leave safely"
    When papers show that she is 12 years old
    Then nobody can do "Leave safely"
    And safe room can do "Leave safely, as a child"
    When papers show that she is 29 years old
    Then nobody can do "Leave safely, as a child"
    When safe room does "Leave safely"
      | fact         | answer     |
      | discharge_to | own_choice |
    Then the plan for leaving the safe room is met
    And stay in the safe room has ended

  Scenario: The stay grows long, and the coordinator sees it before the limit
    When 6 days pass
    Then the coordinator sees that the plan for leaving the safe room is due in 24 hours
    When 2 days pass
    Then the plan for leaving the safe room is late

  Scenario: The safe room is decided a second time, and there is a bed a second time
    Given the survivor agrees to be visited, by telephone
    When everyone does their work
    And 1 day and 1 minute pass
    And everyone does their work
    Then stay in the safe room has ended
    When 7 days pass
    And psychosocial does "Hold the counselling visit"
      | fact         | answer |
      | danger_again | yes    |
    And everyone works until psychosocial can do "Decide where the survivor is safe"
    And psychosocial does "Decide where the survivor is safe"
      | fact            | answer    |
      | safety_decision | safe_room |
      | survivor_agrees | yes       |
    Then the safe room can do "Welcome and settle in"
