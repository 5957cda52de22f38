@D06 @duty:minor-report
Feature: Who may be a child is treated as a child until the age is established
  No papers, nobody who knows; she looks about sixteen.

  Background:
    Given a survivor whose age nobody can prove, who looks about 16
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected

  Scenario: The centre owes the report
    Then protection is unestablished
    And the centre must report to the police within 24 hours
    And the case cannot be closed, because "The report to the police is still owed"

  Scenario: Papers turn up before the report: she was 19, and decides herself
    When papers show that she is 19 years old
    Then the report was cancelled
    And mandatory report was cancelled
    And nobody can do "Report to the police"
    And no report exists

  Scenario: Papers turn up after the report: what was sent stays sent
    When the police report is filed
    And papers show that she is 19 years old
    Then the report is not recalled
    And the report is met

  Scenario: Papers turn up and show a child: nothing changes
    When papers show that she is 15 years old
    Then the report is owed
    And mandatory report is running

  Scenario: Papers turn up when the case is about to be closed, and it stays open
    When papers show that she is 19 years old
    And everyone works until the coordinator can do "Check what is owed, then close"
    And papers show that she is 17 years old
    Then the report is owed
    And the case cannot be closed, because "The report to the police is still owed"
    When everyone does their work
    Then the police were notified
    And the case is closed

  Scenario: The child could not be told, and can be after all
    When medical does "Tell the child and a safe adult"
      | fact       | answer       |
      | told_child | not_possible |
    Then medical can do "Report to the police"
    When medical corrects told child to yes
    Then nobody can do "Report to the police"
    When medical does "Tell the child and a safe adult"
    And the police report is filed
    Then the child was told before the police were notified
