@D04 @duty:minor-report
Feature: Whoever was a child when it happened is protected as one
  She turns 18 today. What counts is the hour of the assault, in the centre's own time.

  Scenario: Assaulted yesterday at 17, received today at 18
    Given a survivor who turns 18 today
    And the assault happened 1 day ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then age at incident is 17
    And age at arrival is 18
    And protection is child
    And the centre must report to the police within 24 hours

  Scenario Outline: Midnight of the birthday decides: <how long> before nine in the morning
    Given a survivor who turns 18 today
    And the assault happened <how long> ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then age at incident is <age>
    And protection is <protection>
    And reporting is <reporting>

    Examples:
      | how long               | age | protection | reporting |
      | 9 hours and 1 minute   | 17  | child      | mandatory |
      | 9 hours                | 18  | adult      | choice    |

  Scenario: The papers were wrong, and what was owed ends with the correction
    Given a survivor who is 17 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then the report is owed
    When the date of birth is corrected to make her 19
    Then the report was cancelled
    And mandatory report was cancelled
    And no report exists

  Scenario: The day before her birthday she is a child, although she is an adult when the report is due
    Given a survivor who turns 18 tomorrow
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then the centre must report to the police within 24 hours
    When 20 hours pass
    Then the report is owed

  @duty:report-left-to-adults
  Scenario Outline: Papers show a child while <role> explains that reporting is an adult's choice, and it is not explained any more
    Given a survivor who is 30 years old
    And the assault happened 5 hours ago
    And these answers
      | fact               | answer |
      | wants_police       | later  |
      | wants_medical      | yes    |
      | wants_psychosocial | yes    |
      | suspected_crime    | yes    |
    When reception receives her alone
    And everyone works until <role> can do "Explain reporting, do not press"
    And the date of birth is corrected to make her 15
    Then nobody can do "Explain reporting, do not press"
    And it never happened that it was said that reporting is the survivor's choice
    When everyone does their work
    Then it never happened that it was said that reporting is the survivor's choice
    And the duty "report left to adults" is kept

    Examples:
      | role         |
      | medical      |
      | psychosocial |
