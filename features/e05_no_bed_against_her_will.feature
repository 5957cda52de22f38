@E05
Feature: Nobody is put into the safe room, or has evidence taken, against her will
  The centre proposes; an adult says yes or no, and may say no at the last moment.

  Background:
    Given a survivor who is 29 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    When reception receives her alone

  Scenario: It was decided, and she does not agree: no stay begins
    When everyone works until psychosocial can do "Decide where the survivor is safe"
    And psychosocial does "Decide where the survivor is safe"
      | fact            | answer    |
      | safety_decision | safe_room |
      | survivor_agrees | no        |
    Then safe room stay has not started

  Scenario: She agreed, and would rather not when she sees the room
    When psychosocial decides on the safe room
    And safe room does "Welcome and settle in"
      | fact          | answer   |
      | stay_accepted | declined |
    Then safe room stay has ended
    And the plan for leaving the safe room is not owed

  Scenario: She takes back her consent before evidence is collected
    When everyone works until medical can do "Collect the evidence"
    And medical corrects evidence consent to no
    Then nobody can do "Collect the evidence"
    And nobody can do "Seal and store it"
    When everyone does their work
    Then medical care has ended
    And the case is closed
