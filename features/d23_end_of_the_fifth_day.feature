@D23 @duty:ec-late-explained
Feature: Emergency contraception ends after a hundred and twenty hours, and a pregnancy test follows
  Standard: emergency contraception up to and including 120 hours; after that a test now and when a period is missed.

  Background:
    Given a survivor who is 24 years old
    And the survivor is a woman
    And the survivor agrees to be visited, by telephone

  Scenario: Half an hour is left, and contraception comes before any other form
    Given the assault happened 119 hours and 30 minutes ago
    When medical receives her for medical care
    Then medical sees that emergency contraception is possible for 30 more minutes
    And the next task of medical is "Offer emergency contraception"
    When medical does "Offer emergency contraception"
    Then emergency contraception was offered
    And the explanation that contraception comes too late is not owed

  Scenario: An hour too late, it is explained, and a test is planned
    Given the assault happened 121 hours ago
    When medical receives her for medical care
    Then nobody can do "Offer emergency contraception"
    And the explanation that contraception comes too late is owed
    When medical records that a pregnancy test is agreed
    Then the explanation that contraception comes too late is met
    When everyone does their work
    Then pregnancy test after three weeks is planned

  Scenario: A pregnancy is not possible, and nothing about it is explained
    Given the survivor is a man
    And the assault happened 121 hours ago
    When reception receives him alone
    And reception does "Open the file"
    Then ec way is not_needed
    And the explanation that contraception comes too late is not owed
    When medical does "Explain that PEP comes too late"
    Then nobody can do "Explain that contraception comes too late"
