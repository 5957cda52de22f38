@E02 @duty:minor-report
Feature: A suspicion that was raised is not taken back by one person alone
  Somebody may press a colleague to write no. The report stays owed until the coordinator has looked at it, too.

  Background:
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected

  Scenario: One answer changes, and the report is still owed
    When no crime is suspected any more
    Then the report is owed
    And mandatory report is running
    And the coordinator can do "Confirm that no crime is suspected"

  Scenario: The coordinator confirms it, and the duty ends
    When no crime is suspected any more
    And the coordinator confirms that no crime is suspected
    Then the report was cancelled
    And mandatory report was cancelled
    And it was confirmed that no crime is suspected

  Scenario: The coordinator does not confirm it, and the report is filed
    When no crime is suspected any more
    And the coordinator does not confirm it
    Then the report is owed
    When the police report is filed
    Then the report is met

  Scenario: It is suspected again, and taken back again: the coordinator is asked again
    When no crime is suspected any more
    And the coordinator confirms that no crime is suspected
    And 1 hour passes
    And a crime is suspected
    Then the report is owed
    When no crime is suspected any more
    Then the report is owed
    And mandatory report is running
    And the coordinator can do "Confirm that no crime is suspected"

  Scenario: A correction of the answer is no way round it
    When medical corrects suspected crime to no
    Then the report is owed
    And the coordinator can do "Confirm that no crime is suspected"
