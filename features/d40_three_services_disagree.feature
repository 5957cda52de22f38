@D40
Feature: Three services disagree whether she is safe at home
  The police say home, medical says the safe room, she is not sure. Psychosocial decides, and nobody is sent away meanwhile.

  Background:
    Given a survivor who is 29 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and somebody to talk to
    And psychosocial records that she does not know where she is safe
    And the police advise going home
    And medical advises the safe room

  Scenario: Both opinions are kept, and the safer place holds until the decision
    Then police advice is home
    And medical advice is safe_room
    And interim safety is protect
    And psychosocial can do "Decide where the survivor is safe"
    And safety is not decided yet

  Scenario: Psychosocial decides, and both opinions stay on record
    When psychosocial decides on the safe room
    Then safety decision is safe_room
    And police advice is home
    And medical advice is safe_room
    And safe room stay is running

  @duty:home-with-a-plan
  Scenario: She goes home, and not without the offer of a plan
    When psychosocial decides that she goes home
    Then whoever goes home is offered a safety plan is owed
    And psychosocial can do "Make a safety plan for home"
    When psychosocial does "Make a safety plan for home"
    Then whoever goes home is offered a safety plan is met

  Scenario: Nobody decides for a long time, and the coordinator brings the services together
    When 5 hours pass
    Then the coordinator can do "Bring the three services together"
    And psychosocial can do "Decide where the survivor is safe"
    And interim safety is protect
