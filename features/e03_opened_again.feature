@E03 @duty:minor-report
Feature: A closed case that opens again can be closed again
  She said she was thirty. Papers that turn up weeks later show a girl of sixteen.

  Scenario: The date of birth was wrong, the report is filed, and the case closes again
    Given a survivor who is 30 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And everyone does their work
    Then the case is closed
    And no report exists
    When 2 days pass
    And the date of birth is corrected to make her 16
    Then the case is open
    And the report is owed
    And nobody can do "Check what is owed, then close"
    When medical does "Report to the police"
    And everyone does their work
    Then the report is met
    And the case is closed

  Scenario: The caller nobody expected any more comes, and is welcomed like anybody
    Given the caller agrees to be called back
    When the survivor calls by telephone
    And 12 hours and 1 minute pass
    And nobody answers the agreed call
    And everyone does their work
    Then the case is closed
    When reception corrects survivor arrived to yes
    Then the case is open
    And reception can do "Explain rights and services"
    When everyone does their work
    Then rights were explained
    And the case is closed

  Scenario: Something chosen at the last moment is not lost
    Given a survivor who is 30 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And everyone works until the coordinator can do "Check what is owed, then close"
    And the survivor chooses medical care and somebody to talk to
    Then psychosocial care is running
    And nobody can do "Check what is owed, then close"
    When everyone does their work
    Then psychosocial care has ended
    And the case is closed

  Scenario: The caller nobody expected any more may come after all, and is not forgotten
    Given the caller agrees to be called back
    When the survivor calls by telephone
    And 12 hours and 1 minute pass
    And nobody answers the agreed call
    And everyone does their work
    Then the case is closed
    When reception corrects survivor arrived to not_yet
    Then the case is open
    And every survivor hears about rights and services is owed
    And reception can do "Record whether the survivor came"
    And nobody can do "Check what is owed, then close"
    When reception does "Record whether the survivor came"
      | fact             | answer |
      | survivor_arrived | yes    |
    Then reception can do "Explain rights and services"
    When everyone does their work
    Then rights were explained
    And the case is closed

  Scenario: The caller who might have come will not come, and nobody waits any more
    Given the caller agrees to be called back
    When the survivor calls by telephone
    And 12 hours and 1 minute pass
    And nobody answers the agreed call
    And everyone does their work
    And reception corrects survivor arrived to not_yet
    And reception does "Record whether the survivor came"
      | fact             | answer |
      | survivor_arrived | no     |
    Then came after all was cancelled
    When everyone does their work
    Then the case is closed
    And no duty is open
