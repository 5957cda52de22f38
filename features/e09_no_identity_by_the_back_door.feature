@E09
Feature: The police see of a case only what the survivor, or the law, lets them know
  Age, hour of arrival and hour of the assault can tell who somebody is.

  Scenario: An adult who does not want the police is not described to them
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else
    And everyone works until the police can do "Advise on safety, without identity"
    Then the police cannot see birth date
    And the police cannot see incident at
    And the police cannot see life threat

  Scenario: An adult who consents is
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses the police and nothing else
    And the survivor consents to the report
    And reception does all its work
    Then the police can see birth date
    And the police can see incident at

  Scenario: An adult who consents without the name is, but for how old she is
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses the police and nothing else
    And the survivor consents to the report, without the name
    And reception does all its work
    Then the police cannot see birth date
    And the police can see incident at

  Scenario: An adult who withdraws consent after the report is not any more
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses the police and nothing else
    And the survivor consents to the report
    And everyone works until the police can do "Take the survivor's report"
    And the police do "Take the survivor's report"
    Then the police can see birth date
    When the survivor withdraws the consent to the report
    Then the police cannot see birth date
    And the police cannot see incident at

  Scenario: Whoever reported without the name and turns out to be a child is told first, and reported as the law demands
    Given a survivor who says she is 30
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And the survivor chooses the police and nothing else
    And the survivor consents to the report, without the name
    And everyone works until the police can do "Take the report, without the name"
    And police do all their work
    Then the police were notified
    When papers show that she is 15 years old
    Then the report is owed
    And the police cannot see date of birth
    And the police cannot see when it happened, at the earliest
    And the next task of medical is "Tell the child and a safe adult"
    When the police report is filed
    Then the report is met
    And the police can see date of birth

  Scenario: Whoever reported by name and turns out to be a child is told, and a safe adult with her
    Given a survivor who says she is 30
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And the survivor chooses the police and nothing else
    And the survivor consents to the report
    And everyone works until the police can do "Take the survivor's report"
    And police do all their work
    When papers show that she is 15 years old
    Then the report is owed
    And the next task of medical is "Tell the child and a safe adult"
    And the police cannot see date of birth

  Scenario: Who withdrew her consent is not shown again because her age is in doubt
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses the police and nothing else
    And the survivor consents to the report
    And everyone works until the police can do "Take the survivor's report"
    And the police do "Take the survivor's report"
    And the survivor withdraws the consent to the report
    And nobody knows her age after all
    Then protection is unestablished
    And the police cannot see date of birth
    And the police cannot see when it happened, at the earliest

  Scenario: The police learn who a child is with the report, which the child has heard of first
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then the police do not know who she is
    And the police cannot see birth date
    And the police cannot see suspected crime
    When medical does "Tell the child and a safe adult"
    Then the police cannot see birth date
    When the police report is filed
    Then the child was told before the police were notified
    And the police can see birth date
    And the police cannot see child objects
