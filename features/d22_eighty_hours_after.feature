@D22 @duty:pep-late-explained
Feature: Eighty hours after, PEP is closed and explained, and all other care is given
  Standard: nobody is sent away because one medicine comes too late. What still works is offered first.

  Background:
    Given a survivor who is 24 years old
    And the survivor is a woman
    And the assault happened 80 hours ago
    And the survivor agrees to be visited, by telephone
    When reception receives her alone
    And the survivor chooses medical care and nothing else

  Scenario: What still works comes first, and what does not is explained
    Then medical sees that PEP is not possible any more
    And nobody can do "Offer PEP against HIV"
    And medical sees that emergency contraception is possible for 40 more hours
    And PEP offered is not owed
    And the explanation that PEP comes too late is owed
    And the next task of medical is "Offer emergency contraception"
    When medical does "Offer emergency contraception"
    Then emergency contraception was offered
    And the next task of medical is "Explain that PEP comes too late"

  Scenario: The explanation comes with a plan of HIV tests, and infections are treated
    When medical records that HIV tests are agreed for later
    Then the explanation that PEP comes too late is met
    When everyone does their work
    Then STI treatment was offered
    And the hepatitis B vaccine was offered
    And the tetanus vaccine was offered
    And it never happened that PEP was offered
    And HIV test after three months is planned

  Scenario: She wants no test, and none is planned
    When medical does "Explain that PEP comes too late"
      | fact          | answer   |
      | hiv_test_plan | declined |
    And everyone does their work
    Then HIV test after three months is not planned

  Scenario: It happened again, or she remembers another time, and PEP is possible after all
    When medical does "Offer emergency contraception"
    Then the next task of medical is "Explain that PEP comes too late"
    When reception fills in "We learned when it happened"
      | fact        | answer      |
      | incident_at | 2 hours ago |
    Then nobody can do "Explain that PEP comes too late"
    And the next task of medical is "Offer PEP against HIV"
    And the explanation that PEP comes too late was cancelled
    When medical does "Offer PEP against HIV"
    Then PEP was offered
    And nobody can do "Offer emergency contraception"
