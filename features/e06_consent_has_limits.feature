@E06 @duty:adult-consent
Feature: The police hear what she consented to, and nothing more
  She wants what happened to be known, and not who she is.

  Background:
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses the police and nothing else

  Scenario: She gives no name, and no name is asked
    When the survivor consents to the report, without the name
    Then the police can do "Take the report, without the name"
    And nobody can do "Take the survivor's report"

  Scenario: She takes the name back while the police are about to write
    When the survivor consents to the report
    Then the police can do "Take the survivor's report"
    When reception corrects consent scope to account
    Then nobody can do "Take the survivor's report"
    And the police can do "Take the report, without the name"

  Scenario: The police asked for advice about safety lose the name when she no longer wants them
    When the survivor consents to the report
    And everyone works until the police can do "Advise on safety"
    And the survivor withdraws the consent to the report
    Then nobody can do "Advise on safety"
    And the police can do "Advise on safety, without identity"
