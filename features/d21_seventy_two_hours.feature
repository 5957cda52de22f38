@D21 @duty:pep-offered
Feature: PEP is possible for seventy-two hours, and not a minute longer
  Standard: PEP up to and including 72 hours after the assault, counted in the centre's fixed time zone.
  All windows, to the second and with uncertain times, are in the table that the tests walk cell by cell.

  Scenario Outline: <how long> after the assault, PEP is <verdict>
    Given a survivor who is 24 years old
    And the assault happened <how long> ago
    When medical receives her for medical care
    Then pep way is <way>
    And the next task of medical is "<first task>"

    Examples:
      | how long                | verdict       | way   | first task                    |
      | 71 hours and 59 minutes | still offered | offer | Offer PEP against HIV         |
      | 72 hours                | still offered | offer | Offer PEP against HIV         |
      | 72 hours and 1 minute   | too late      | late  | Offer emergency contraception |

  Scenario: She waits at reception while the last minute passes
    Given a survivor who is 24 years old
    And the assault happened 72 hours ago
    When reception receives her
    Then medical sees that PEP is possible for 0 minutes
    When 1 minute passes
    Then medical sees that PEP is not possible any more
