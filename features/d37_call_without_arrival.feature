@D37 @duty:minor-report
Feature: Somebody calls, and does not come
  A voice on the telephone. They may be called back only as they agreed.

  Background:
    Given the caller agrees to be called back

  Scenario: Nobody comes, and only the agreed call is made
    When the survivor calls by telephone
    Then the next task of reception is "Record whether the survivor came"
    When 12 hours and 1 minute pass
    Then the next task of reception is "Make the agreed safe call back"
    When nobody answers the agreed call
    And everyone does their work
    Then the case is closed
    And no report exists

  Scenario: They come after all, and are received like anybody
    When the survivor calls by telephone
    And reception does "Record whether the survivor came"
      | fact             | answer |
      | survivor_arrived | yes    |
      | life_threat      | no     |
      | able_to_express  | yes    |
    Then the next task of reception is "Explain rights and services"

  Scenario: It is about a child in danger, and the duty does not wait for the child
    Given the caller says that the child is 15
    And the caller says that it was a crime
    When the child calls by telephone
    Then the centre must report to the police within 24 hours
    And mandatory report is running
    When 12 hours and 1 minute pass
    And nobody answers the agreed call
    And everyone does their work, but nobody does "Report to the police"
    Then the case is open
    When medical does "Report to the police"
    And everyone does their work
    Then the case is closed

  Scenario: No call was agreed, and nobody calls
    Given the caller wants no call
    When the survivor calls by telephone
    And 12 hours and 1 minute pass
    Then nobody can do "Make the agreed safe call back"
    And the next task of reception is "Say whether to go on waiting"

  Scenario: The age is not known, and a crime is suspected: protected as a child
    Given the caller does not know the age
    And the caller says that it was a crime
    When the survivor calls by telephone
    Then protection is unestablished
    And the report is owed
