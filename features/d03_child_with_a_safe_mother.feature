@D03 @duty:minor-report
Feature: A suspected crime against a child is reported to the police
  The law obliges the centre, not the girl. She and her mother hear about it before anyone is told.

  Background:
    Given a survivor who is 12 years old
    And the survivor is a girl
    And the assault happened 5 hours ago
    When reception receives her with her mother
    And medical records that a crime is suspected

  Scenario: A girl of 12, her mother is safe
    Then the centre must report to the police within 24 hours
    And the case cannot be closed, because "The report to the police is still owed"
    When 20 hours pass
    Then the coordinator sees that the report is due in 4 hours
    When the police report is filed
    Then the report is met
    And the report is not owed

  Scenario: She and her mother are told before the police are
    Then nobody can do "Report to the police"
    When medical does "Tell the child and a safe adult"
    Then medical can do "Report to the police"
    When the police report is filed
    Then the child was told before the police were notified
    And safe adult told is yes

  Scenario: The case waits for the report, and closes after it
    When everyone does their work, but nobody does "Report to the police"
    Then the case is open
    And the report is owed
    And nobody can do "Check what is owed, then close"
    When medical does "Report to the police"
    And everyone does their work
    Then the case is closed
    And no duty is open

  Scenario: Nobody reports in time, and the centre sees it
    When 24 hours and 1 minute pass
    Then the report is late
    And the report is owed
    And the case cannot be closed, because "The report to the police is still owed"

  Scenario: She agreed at first, and objects when the report is about to be written
    When medical does "Tell the child and a safe adult"
    Then medical can do "Report to the police"
    When medical corrects child objects to yes
    Then nobody can do "Report to the police"
    When psychosocial does "Make a safety plan first"
    And the police report is filed
    Then a safety plan was made before the police were notified
