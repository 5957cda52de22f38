@D01
Feature: An adult decides herself whether the police are told
  A woman was assaulted this morning. She wants medical care today, and nothing else.

  Background:
    Given a survivor who is 27 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else

  Scenario: The medicines that cannot wait are offered at once
    Then the next task of medical is "Offer PEP against HIV"
    And medical sees that PEP is possible for 67 more hours
    And medical sees that emergency contraception is possible for 115 more hours
    And the police have no task
    When medical does "Offer PEP against HIV"
    Then PEP was offered
    When medical does "Offer emergency contraception"
    Then emergency contraception was offered

  Scenario: She is treated, and nobody reports
    When medical records that a crime is suspected
    And everyone does their work, but nobody does "Check what is owed, then close"
    Then reporting is choice
    And no report exists
    And the report is not owed
    And adult report has not started
    And mandatory report has not started
    And the police do not know who she is

  Scenario: Two days later she changes her mind, and the choice is hers again
    When medical records that a crime is suspected
    And 2 days pass
    Then no report exists
    When the survivor now chooses the police as well
    And the survivor consents to the report
    And the police do "Take the survivor's report"
    Then the police were notified
    And consent came before the report
    And medical care is running

  Scenario: She consents to the report and withdraws it before anyone wrote it down
    When the survivor now chooses the police as well
    And the survivor consents to the report
    Then the police can do "Take the survivor's report"
    When the survivor withdraws the consent to the report
    Then nobody can do "Take the survivor's report"
    And no report exists
