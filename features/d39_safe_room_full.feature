@D39 @duty:place-when-full @duty:child-not-left-to-choose
Feature: The safe room is full, and no one is sent home by silence
  Standard: other centre, safe house and host family are asked; who decides is named; nobody leaves without a place.

  Background:
    Given the survivor is a woman
    And the assault happened 5 hours ago

  Scenario: Another place is found, and somebody is named who stays in charge
    Given a survivor who is 29 years old
    And the survivor agrees to be visited, by telephone
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    Then the centre must find another safe place within 2 hours
    And the case cannot be closed, because "Find another safe place is still owed"
    And psychosocial can do "Find another safe place"
    When psychosocial does "Find another safe place"
      | fact         | answer                                 |
      | places_asked | other_centre, safe_house, host_family  |
      | place_owner  | Colleague on call                      |
      | place_found  | host_family                            |
    Then another safe place was found
    And place owner is "Colleague on call"
    And safe room stay has ended
    When everyone does their work
    Then the day after another place was found is planned

  Scenario: A place that was found is one of those that were asked
    Given a survivor who is 15 years old
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    And psychosocial tries to do "Find a safe place for the child"
      | fact         | answer      |
      | places_asked | safe_house  |
      | place_found  | host_family |
    Then it is refused, because "Some answers need another look"
    And find another safe place is owed
    When papers show that she is 29 years old
    And psychosocial tries to do "Find another safe place"
      | fact         | answer       |
      | places_asked | safe_house   |
      | place_found  | other_centre |
    Then it is refused, because "Some answers need another look"
    When psychosocial does "Find another safe place"
      | fact         | answer                  |
      | places_asked | safe_house, host_family |
      | place_found  | host_family             |
    Then find another safe place is met

  Scenario: Nobody finds a place in time, and the coordinator helps
    Given a survivor who is 29 years old
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    And 2 hours and 1 minute pass
    Then find another safe place is late
    And the coordinator can do "Help to find a place"
    And psychosocial can do "Find another safe place"
    And nobody can do "Check what is owed, then close"

  Scenario: A bed is made free after all
    Given a survivor who is 29 years old
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    And psychosocial does "Find another safe place"
      | fact        | answer         |
      | place_found | bed_after_all  |
    Then safe room can do "Welcome and settle in"
    When safe room does "Welcome and settle in"
      | fact          | answer |
      | stay_accepted | yes    |
    Then the survivor settled in the safe room
    And find another safe place is met

  Scenario: A child is not left to find a place alone
    Given a survivor who is 15 years old
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    Then nobody can do "Find another safe place"
    When psychosocial tries to do "Find a safe place for the child"
      | fact        | answer     |
      | place_found | own_choice |
    Then it is refused, because "Some answers need another look"
    And find another safe place is owed
    When psychosocial does "Find a safe place for the child"
      | fact        | answer      |
      | place_found | host_family |
    Then find another safe place is met
    And safe room stay has ended

  Scenario: Papers show in the middle of the search how old she is
    Given a survivor who is 29 years old
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    Then psychosocial can do "Find another safe place"
    When papers show that she is 15 years old
    Then nobody can do "Find another safe place"
    And psychosocial can do "Find a safe place for the child"
    When papers show that she is 29 years old
    Then nobody can do "Find a safe place for the child"
    When psychosocial does "Find another safe place"
      | fact        | answer     |
      | place_found | own_choice |
    Then find another safe place is met

  Scenario: A child who would rather not stay is found another place
    Given a survivor who is 12 years old
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room does "Welcome and settle in"
      | fact          | answer   |
      | stay_accepted | declined |
    Then psychosocial can do "Find a safe place for the child"
    When psychosocial does "Find a safe place for the child"
      | fact        | answer      |
      | place_found | host_family |
    Then safe room stay has ended

  Scenario: An adult who would rather not stay goes
    Given a survivor who is 29 years old
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room does "Welcome and settle in"
      | fact          | answer   |
      | stay_accepted | declined |
    Then safe room stay has ended

  Scenario: Papers show that whoever found a place alone is a child
    Given a survivor who says she is 30
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    And psychosocial does "Find another safe place"
      | fact        | answer     |
      | place_found | own_choice |
    Then safe room stay has ended
    When papers show that she is 12 years old
    Then safe room can do "Welcome and settle in"
    When safe room does "Welcome and settle in"
      | fact          | answer |
      | stay_accepted | full   |
    Then find another safe place is owed
    When psychosocial does "Find a safe place for the child"
      | fact        | answer      |
      | place_found | host_family |
    Then find another safe place is met
    And safe room stay has ended

  Scenario: Papers show that whoever would rather not stay is a child
    Given a survivor who says she is 30
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room does "Welcome and settle in"
      | fact          | answer   |
      | stay_accepted | declined |
    Then safe room stay has ended
    When papers show that she is 12 years old
    Then safe room can do "Welcome and settle in"
    When safe room does "Welcome and settle in"
      | fact          | answer   |
      | stay_accepted | declined |
    And psychosocial does "Find a safe place for the child"
      | fact        | answer      |
      | place_found | host_family |
    Then another safe place was found
    And safe room stay has ended
    When papers show that she is 13 years old
    Then nobody can do "Welcome and settle in"

  Scenario: A slip of the age lets no child go who would rather not stay
    Given a survivor who is 12 years old
    When reception receives her alone
    And psychosocial decides on the safe room
    And the date of birth is corrected to make her 30
    And safe room does "Welcome and settle in"
      | fact          | answer   |
      | stay_accepted | declined |
    And the date of birth is corrected to make her 12
    Then safe room can do "Welcome and settle in"

  Scenario: Papers show that whoever would rather not have the bed made free is a child
    Given a survivor who says she is 30
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    And psychosocial does "Find another safe place"
      | fact        | answer        |
      | place_found | bed_after_all |
    And safe room does "Welcome and settle in"
      | fact          | answer   |
      | stay_accepted | declined |
    And papers show that she is 12 years old
    Then safe room can do "Welcome and settle in"

  Scenario: Nobody finds a place for a child in time, and the coordinator helps
    Given a survivor who is 15 years old
    When reception receives her alone
    And psychosocial decides on the safe room
    And safe room records that the room is full
    And 2 hours and 1 minute pass
    Then the coordinator can do "Help to find a place"
    And psychosocial can do "Find a safe place for the child"
