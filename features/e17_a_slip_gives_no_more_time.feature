@E17 @duty:minor-report @duty:pep-offered @duty:consent-renewed
Feature: A slip that is put right gives nobody more time
  What was owed all along, by what is known now, is due when it was due: a date that was mistyped and put right begins
  no limit anew. What is learnt anew is owed from when it was learnt.

  Scenario: The date of birth was mistyped, and the report is due when it was due
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And 23 hours pass
    And the date of birth is corrected to make her 30
    Then the report is not owed
    When the date of birth is corrected to make her 12
    Then the coordinator sees that the report is due in 1 hour

  Scenario: A report that was late is late again
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And 25 hours pass
    And the date of birth is corrected to make her 30
    And the date of birth is corrected to make her 12
    And 1 minute passes
    Then the report is late
    And the coordinator can do "Help the late report on its way"

  Scenario: The coordinator helps when the limit is over, and not later because the step came anew
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And 23 hours pass
    And the date of birth is corrected to make her 30
    And the date of birth is corrected to make her 12
    And 59 minutes pass
    Then nobody can do "Help the late report on its way"
    When 2 minutes pass
    Then the coordinator can do "Help the late report on its way"

  Scenario: A place for a child is as late as the place for the adult whom she was taken for
    Given a survivor who says she is 30
    And the assault happened 5 hours ago
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    And 1 hour and 59 minutes pass
    And papers show that she is 15 years old
    And 2 minutes pass
    Then find another safe place is late
    And the coordinator can do "Help to find a place"

  Scenario: Who has helped once is not asked again because the report comes to its next step
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And 25 hours pass
    And the coordinator does "Help the late report on its way"
    And medical does "Tell the child and a safe adult"
    And 1 minute passes
    Then nobody can do "Help the late report on its way"

  Scenario: The age was told otherwise, and told again as it was
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And 23 hours pass
    And papers show that she is 30 years old
    Then the report is not owed
    When papers show that she is 12 years old
    Then the coordinator sees that the report is due in 1 hour

  Scenario: The time of the assault was mistyped, and PEP is as late as it was
    Given a survivor who is 24 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and nothing else
    And 2 hours and 1 minute pass
    Then PEP offered is late
    When reception corrects incident at to 10 days ago
    Then PEP offered is not owed
    When reception corrects incident at to 8 hours ago
    And 1 minute passes
    Then PEP offered is late

  Scenario: A crime that is suspected once more is news, and has its own time
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    And 20 hours pass
    And medical records that no crime is suspected any more
    And everyone does their work
    And 2 days pass
    And medical records that a crime is suspected
    Then the coordinator sees that the report is due in 24 hours
