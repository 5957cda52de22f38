@D34
Feature: Medical may be the first door, and hands over in person
  A nurse meets her first. She is treated, then accompanied to somebody she can talk to.

  Background:
    Given a survivor who is 30 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    When medical receives her for medical care

  Scenario: Care begins at the door, and nothing of the welcome is lost
    Then medical care is running
    And the next task of medical is "Offer PEP against HIV"
    And the next task of reception is "Explain rights and services"

  Scenario: She is accompanied, and the colleague confirms that they have met
    When everyone works until medical can do "Accompany to psychosocial"
    And the survivor agrees to be accompanied to psychosocial
    Then psychosocial can do "Confirm that you have met"
    And medical care is running
    When psychosocial does "Confirm that you have met"
    Then the hand-over was confirmed
    And medical care has ended
    And psychosocial care is running

  Scenario: She would rather go home; that is her choice
    When everyone works until medical can do "Accompany to psychosocial"
    And medical does "Accompany to psychosocial"
      | fact               | answer |
      | wants_psychosocial | no     |
    Then nobody can do "Confirm that you have met"
    And medical care has ended
