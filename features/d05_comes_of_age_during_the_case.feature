@D05 @duty:minor-report @duty:consent-renewed
Feature: Whoever comes of age decides alone, and what the centre owes stays owed
  Standard: consent rights pass on the birthday, at midnight where the centre is. A report that the law demands is no
  consent: owed it stays owed, sent it stays sent.

  Background:
    Given a survivor who turns 18 tomorrow
    And the assault happened 5 hours ago
    And the survivor agrees to be visited, by telephone
    When reception receives her with her mother
    And medical records that a crime is suspected

  Scenario: At midnight the decisions become hers, and not a minute before
    When 14 hours and 59 minutes pass
    Then nobody can do "Ask again, now of age"
    And new consent is not owed
    When 1 minute passes
    Then reception can do "Ask again, now of age"
    And new consent is owed
    And protection is child
    And the report is owed
    And mandatory report is running

  Scenario: The report that was owed is filed the day after, and only then the case can close
    When 15 hours pass
    Then the case cannot be closed, because "The report to the police is still owed"
    And the case cannot be closed, because "New consent is still owed"
    When the police report is filed
    Then the report is met
    When reception does "Ask again, now of age"
    Then new consent is met

  Scenario: A report that was sent stays sent, and she changes the rest
    When everyone does their work
    Then the police were notified
    And after one week is planned
    When 15 hours pass
    Then the report is not recalled
    And the report is met
    When reception does "Ask again, now of age"
      | fact             | answer  |
      | majority_choice  | changes |
      | follow_up_agreed | no      |
    Then after one week is not planned
    And medical can do "Ask again about the evidence"
    When medical does "Ask again about the evidence"
      | fact         | answer |
      | evidence_use | hold   |
    Then evidence use is hold

  Scenario: Her date of birth was wrong, and she is asked on the right day
    When the date of birth is corrected to make her 17
    And 2 days pass
    Then nobody can do "Ask again, now of age"
    And coming of age is watched is running
    When 262 days, 14 hours and 59 minutes pass
    Then nobody can do "Ask again, now of age"
    When 1 minute passes
    Then reception can do "Ask again, now of age"

  Scenario: She was asked on a date of birth that was wrong, and is asked on the right day
    When 15 hours pass
    And reception does "Ask again, now of age"
    And reception corrects date of birth to 2008-03-10
    Then consent by is child
    And coming of age is watched is running
    When everyone does their work
    And 6 days pass
    Then nobody can do "Ask again, now of age"
    When 2 days pass
    Then reception can do "Ask again, now of age"
    And new consent is owed
    When reception does "Ask again, now of age"
    Then new consent is met
    When reception corrects date of birth to 2008-03-09
    Then nobody can do "Ask again, now of age"

  Scenario: What she is asked of age is not asked of somebody who is a child after all, however far it has come
    When everyone works until medical can do "Collect the evidence"
    And medical does "Collect the evidence"
    And 15 hours pass
    And reception does "Ask again, now of age"
    Then medical can do "Ask again about the evidence"
    When reception corrects date of birth to 2008-03-10
    Then nobody can do "Ask again about the evidence"
    When 8 days pass
    Then reception can do "Ask again, now of age"
    When reception corrects date of birth to 2008-03-20
    Then nobody can do "Ask again, now of age"
    And new consent is not owed

  Scenario: Papers show that she was an adult all along, and nobody asks again
    When 15 hours pass
    Then reception can do "Ask again, now of age"
    When papers show that she is 30 years old
    Then nobody can do "Ask again, now of age"
    And new consent is not owed

  Scenario: The watch ends on the birthday, whatever is said of how the age is known
    When nobody knows her age after all
    And 15 hours pass
    Then reception can do "Ask again, now of age"
    And coming of age is watched has ended
