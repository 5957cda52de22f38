@D44
Feature: Who does not come is asked safely three times, and never chased
  She agreed to a telephone call the day after. Nobody picks up.

  Background:
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    And the survivor agrees to be visited, by telephone
    When reception receives her alone
    And everyone does their work

  Scenario: The visit comes up on its day, and not before
    Then nobody can do "Ask, safely, how they are"
    When 12 hours pass
    Then reception can do "Ask, safely, how they are"

  Scenario: Three times not reached, then a review; the police are never sent
    When 2 days and 1 minute pass
    Then reception can do "Try the agreed contact"
    When reception does "Try the agreed contact"
      | fact           | answer      |
      | contact_result | not_reached |
      | attempts_made  | 1           |
    Then nobody can do "Try the agreed contact"
    When 3 days pass
    And reception does "Try the agreed contact"
      | fact           | answer      |
      | contact_result | not_reached |
      | attempts_made  | 2           |
    And 3 days pass
    And reception does "Try the agreed contact"
      | fact           | answer      |
      | contact_result | not_reached |
      | attempts_made  | 3           |
    Then the coordinator can do "Decide about the missed visit"
    And no report exists
    When the coordinator does "Decide about the missed visit"
    Then the coordinator looked at the missed visit
