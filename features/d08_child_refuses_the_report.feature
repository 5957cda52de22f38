@D08 @duty:minor-report
Feature: A child may refuse the report; the duty stays with the centre
  She is fifteen and afraid of what happens at home when the police come.

  Background:
    Given a survivor who is 15 years old
    And the survivor is a girl
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And the child refuses the report

  Scenario: Her refusal is written down, and the report is still owed
    Then the refusal is recorded and the duty remains
    And the case cannot be closed, because "The report to the police is still owed"

  Scenario: Her safety is planned before the police hear of it
    Then psychosocial can do "Make a safety plan first"
    And nobody can do "Report to the police"
    When psychosocial does "Make a safety plan first"
    And the police report is filed
    Then a safety plan was made before the police were notified

  Scenario: Her care goes on untouched
    Then medical care is running
    When medical does all its work
    Then medical care has ended
    And PEP was offered

  Scenario: The report is late, and the coordinator is asked to help it on its way
    When psychosocial does "Make a safety plan first"
    And 24 hours and 1 minute pass
    Then the coordinator can do "Help the late report on its way"
    And medical can do "Report to the police"
