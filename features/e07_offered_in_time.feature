@E07 @duty:pep-offered
Feature: An offer that nobody makes is seen, even when nobody asked about an exposure
  She chose medical care. The clocks run whether or not a form was opened.

  Background:
    Given a survivor who is 29 years old
    And the survivor is a woman
    And the assault happened 5 hours ago
    When reception receives her alone

  Scenario: Nobody offers PEP in time, and it is late
    When the survivor chooses medical care and nothing else
    Then PEP offered is owed
    When 2 hours and 1 minute pass
    Then PEP offered is late
    When medical does "Offer PEP against HIV"
    Then PEP offered is met

  Scenario: She wants no medical care, and nobody owes an offer that nobody can make
    When the survivor chooses the police and nothing else
    Then PEP offered is not owed

  Scenario: There was no exposure, and nothing is owed
    When the survivor chooses medical care and nothing else
    And medical does "Offer PEP against HIV"
      | fact        | answer        |
      | exposure    | no            |
      | pep_answer  | not_indicated |
      | pep_why_not | no_contact    |
    Then PEP offered is not owed

  Scenario: Care that is chosen elsewhere meanwhile is not offered any more
    When everyone works until reception can do "Hear what the survivor chooses"
    And reception does "Hear what the survivor chooses"
      | fact               | answer |
      | wants_medical      | later  |
      | wants_psychosocial | no     |
      | wants_police       | no     |
      | wants_safe_room    | no     |
    Then reception can do "Offer care, because time counts"
    When reception fills in "Change what the survivor wants"
      | fact          | answer |
      | wants_medical | yes    |
    Then nobody can do "Offer care, because time counts"
    And medical care is running
    And medical offered is met
