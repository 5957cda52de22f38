@D20
Feature: Ten minutes before PEP is no longer possible, the first dose comes before every form
  The assault was 71 hours and 50 minutes ago.

  Background:
    Given a survivor who is 24 years old
    And the survivor is a woman
    And the assault happened 71 hours and 50 minutes ago

  Scenario: Medical is the first door, and PEP the first task
    When medical receives her for medical care
    Then the next task of medical is "Offer PEP against HIV"
    And medical sees that PEP is possible for 10 more minutes
    And nobody can do "Agree which parts of care"
    When medical does "Offer PEP against HIV"
    Then PEP was offered
    When everyone does their work
    Then PEP was offered before the file was opened
    And PEP was offered before the examination was done

  Scenario: Reception is the first door, and medical sees the minutes from there
    When reception receives her
    Then medical sees that PEP is possible for 10 more minutes
    When the survivor chooses medical care and nothing else
    Then the next task of medical is "Offer PEP against HIV"

  Scenario: The window closes, and other care is still there
    When reception receives her
    And 11 minutes pass
    Then medical sees that PEP is not possible any more
    When the survivor chooses medical care and nothing else
    Then nobody can do "Offer PEP against HIV"
    And the next task of medical is "Decide whether PEP may still help"
    And medical sees that emergency contraception is possible for 47 hours and 59 minutes
    And medical care is running
