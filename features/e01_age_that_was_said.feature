@E01 @duty:minor-report
Feature: An age that was only said protects, and never takes protection away
  People say how old they are, not when their birthday is. In doubt she is protected as a child.

  Scenario: She says eighteen, and it happened two years ago: she was a child
    Given a survivor who says she is 18
    And the assault happened 730 days ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then protection is child
    And the centre must report to the police within 24 hours

  Scenario: She says eighteen, and it happened yesterday: it may have been the day before her birthday
    Given a survivor who says she is 18
    And the assault happened 1 day ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then protection is unestablished
    And the report is owed

  Scenario: She says thirty, and it happened yesterday: she decides herself
    Given a survivor who says she is 30
    And the assault happened 1 day ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then protection is adult
    And reporting is choice
    And the report is not owed

  Scenario: Nobody knows when it happened, but she was under age then
    Given a survivor who says she is 30
    And she was under age when it happened
    When reception receives her alone
    And medical records that a crime is suspected
    Then protection is child
    And the report is owed

  Scenario: Nobody knows when it happened, nor whether she was under age
    Given a survivor who says she is 30
    And nobody knows whether she was under age then
    When reception receives her alone
    And medical records that a crime is suspected
    Then protection is unestablished
    And the report is owed

  Scenario: Nobody knows when it happened, and she was of age
    Given a survivor who says she is 30
    When reception receives her alone
    And medical records that a crime is suspected
    And everyone does their work
    Then protection is adult
    And no report exists
    And the case is closed

  Scenario: What is said later does not end the report; a date of birth does
    Given a survivor who says she is 15
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And she now says that she is 30
    Then protection is unestablished
    And the report is owed
    And mandatory report is running
    When papers show that she is 30 years old
    Then protection is adult
    And the report was cancelled

  Scenario: Papers show an adult, but nobody knows when it happened: what is said of that day does not end the report
    Given a survivor who is 30 years old
    And nobody knows whether she was under age then
    When reception receives her alone
    And medical records that a crime is suspected
    Then mandatory report is running
    When reception corrects child then to no
    Then protection is unestablished
    And the report is owed
    And mandatory report is running
    When reception fills in "We learned when it happened"
      | fact        | answer       |
      | incident_at | 200 days ago |
    Then protection is adult
    And the report was cancelled
    And mandatory report was cancelled

  Scenario: A report that was called off has not begun: papers and what is said of that day make an adult
    Given nobody knows whether she was under age then
    And a survivor whose age nobody can prove, who looks about 16
    When reception receives her alone
    And medical records that a crime is suspected
    And no crime is suspected any more
    And the coordinator confirms that no crime is suspected
    Then mandatory report was cancelled
    When medical fills in "We learned more about the age"
      | fact       | answer       |
      | age_known  | documented   |
      | birth_date | 1970-01-01   |
      | child_then | no           |
    And medical records that a crime is suspected
    Then protection is adult
    And the report is not owed
    And nobody can do "Report to the police"

  Scenario: A date of birth was another person's: her age is unknown again
    Given a survivor who is 30 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then the report is not owed
    When nobody knows her age after all
    Then protection is unestablished
    And the report is owed
    And mandatory report is running
