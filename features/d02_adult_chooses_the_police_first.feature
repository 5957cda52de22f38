@D02
Feature: The police begin at once, and medical care does not wait for them
  A man comes to the centre to report. He has said no to medical care; time counts all the same.

  Background:
    Given a survivor who is 34 years old
    And the assault happened 5 hours ago

  Scenario: Medical care is offered at once because the clocks run
    When reception receives him alone
    And the survivor chooses the police and nothing else
    Then the next task of reception is "Offer care, because time counts"
    And medical sees that PEP is possible for 67 more hours
    When the survivor consents to the report
    Then adult report is running
    And no report exists
    When the police do "Take the survivor's report"
    And the police do "Take up the report"
    Then the investigation was opened
    And the police can see the consent to the report
    And the police cannot see what else was chosen

  Scenario: He accepts care, and the police may not delay the first dose
    When reception receives him alone
    And the survivor chooses the police and nothing else
    And the survivor consents to the report
    And the survivor accepts medical care after all
    Then the police can do "Take the survivor's report"
    And the next task of medical is "Offer PEP against HIV"
    When medical does "Offer PEP against HIV"
    Then PEP was offered
    And no report exists

  Scenario: He comes to the police desk first, and still hears all his rights
    When the police receive him alone
    Then the next task of reception is "Explain rights and services"
    And no report exists
    And medical sees that PEP is possible for 67 more hours

  Scenario: A letter from a police station turns up when nobody had asked for it
    When reception receives him alone
    And the survivor chooses the police and nothing else
    And the survivor consents to the report
    Then the police can do "Take the survivor's report"
    When reception fills in "A letter or form turned up"
      | fact           | answer |
      | letter_in_hand | police |
    Then nobody can do "Take the survivor's report"
    And the police can do "Take the report from the letter"
