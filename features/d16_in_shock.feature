@D16
Feature: Who cannot speak is not asked; the questions wait, the clocks do not
  She was brought in by a neighbour. She sits, and says nothing.

  Background:
    Given the assault happened 5 hours ago
    And the survivor is in shock and cannot speak
    When reception receives her

  Scenario: Somebody stays with her, and reception's questions wait
    Then the next task of psychosocial is "Stay until they can speak"
    And reception has no task
    And medical sees that PEP is possible for 67 more hours

  Scenario: As long as it takes
    When psychosocial records that she is not ready yet
    Then the next task of psychosocial is "Stay until they can speak"
    And reception has no task

  Scenario: When she can speak, the questions are asked and not lost
    When psychosocial records that she can speak now
    Then the next task of reception is "Explain rights and services"
    And psychosocial has no task
