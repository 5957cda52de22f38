@D35 @duty:told-once @duty:rights-first
Feature: Who comes from a police station with a letter is not interviewed again
  Standard: the whole story is asked once. Rights are told at whichever door, and reception opens the file.

  Background:
    Given a survivor who is 30 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    When the police receive her with a letter from a police station

  Scenario: She hears her rights first, and reception opens the file
    Then the next task of reception is "Explain rights and services"
    And the police have no task
    And no report exists
    When reception does "Explain rights and services"
    And reception does "Open the file"
    Then rights were explained before the file was opened
    And medical sees that PEP is possible for 67 more hours

  Scenario: Her report is taken from the letter, and she is not interviewed again
    When the survivor chooses the police and nothing else
    And the survivor consents to the report
    And everyone works until the police can do "Take the report from the letter"
    Then nobody can do "Take the survivor's report"
    When the police try to do "Take the report from the letter"
      | fact           | answer |
      | account_source | told   |
    Then it is refused, because "Some answers need another look"
    And no report exists
    When the police do "Take the report from the letter"
      | fact           | answer |
      | account_source | letter |
    Then the police were notified
    And it never happened that the police asked what happened
    And report facts is not known

  Scenario: She wants to tell it herself, and may
    When the survivor chooses the police and nothing else
    And the survivor consents to the report
    And the police do "Take the report from the letter"
      | fact           | answer   |
      | account_source | own_wish |
    Then the police were notified

  Scenario: She allows no name, and the letter spares her the interview all the same
    When the survivor chooses the police and nothing else
    And the survivor consents to the report, without the name
    And the police do "Take the report from the letter, without the name"
    Then the police were notified
    And it never happened that the police asked what happened

  Scenario: It was another person's letter: her report is taken as she tells it
    When the survivor chooses the police and nothing else
    And the survivor consents to the report
    Then the police can do "Take the report from the letter"
    When reception corrects letter in hand to none
    Then nobody can do "Take the report from the letter"
    And the police can do "Take the survivor's report"
    When reception corrects letter in hand to health_centre
    Then nobody can do "Take the survivor's report"
    And the police can do "Take the report from the letter"

  Scenario: The letter reports nothing by itself: she wants no police, and there is no report
    When the survivor chooses medical care and nothing else
    And everyone does their work
    Then no report exists
    And the case is closed
