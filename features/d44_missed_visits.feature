@D44 @duty:agreed-channel-only @duty:lost-child-not-let-go @duty:adult-not-sent-for @duty:lost-child-seen
Feature: Who does not come is asked safely three times, and never chased
  Standard: only the agreed way of contact; then the coordinator looks at it. An adult may be lost, and no police go.
  Somebody sees a child.

  Background:
    Given the assault happened 5 hours ago
    And the survivor agrees to be visited, by telephone

  Scenario: The visit comes up on its day, and not before
    Given a survivor who is 29 years old
    When reception receives her alone
    And everyone does their work
    Then nobody can do "Ask, safely, how they are"
    When 12 hours pass
    Then reception can do "Ask, safely, how they are"

  Scenario: Whoever wants no more visits is visited no more
    Given a survivor who is 29 years old
    When reception receives her alone
    And everyone does their work
    And 12 hours pass
    Then after one week is planned
    When reception does "Ask, safely, how they are"
      | fact             | answer |
      | follow_up_agreed | no     |
    Then after one week is not planned
    And after three months is not planned
    When everyone does their work
    And 100 days pass
    Then reception has no task
    And medical has no task

  Scenario: Whoever missed a visit and wants no more is not contacted for it
    Given a survivor who is 29 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    Then reception can do "Try the agreed contact"
    When reception fills in "Change or end the follow-up"
      | fact             | answer |
      | follow_up_agreed | no     |
    Then nobody can do "Try the agreed contact"
    When 20 days pass
    Then nobody can do "Try the agreed contact"

  Scenario: A child's own No takes no visit back that has begun
    Given a survivor who is 12 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception fills in "Change or end the follow-up"
      | fact             | answer |
      | follow_up_agreed | no     |
    Then reception can do "Try the agreed contact"

  Scenario: Only the agreed way of contact is used
    Given a survivor who is 29 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception tries to do "Try the agreed contact"
      | fact         | answer |
      | contact_used | person |
    Then it is refused, because "agreed-channel-only"
    When reception records that nobody answers the first time
    Then the agreed contact was tried
    And nobody can do "Try the agreed contact"

  Scenario: What happened in another way is written down, with the reason
    Given a survivor who is 29 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception does "Try the agreed contact" all the same, because "She called us herself"
      | fact         | answer |
      | contact_used | person |
    Then the agreed contact was tried
    And the duty "A survivor is contacted only as agreed" was passed over, with a reason

  Scenario: Three times not reached, then a review; an adult may be lost, and nobody is sent
    Given a survivor who is 29 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception records that nobody answers the first time
    And 3 days pass
    And reception records that nobody answers the second time
    And 3 days pass
    Then nobody can do "Decide about the missed visit"
    When reception records that nobody answers the third time
    Then the coordinator can do "Decide about the missed visit"
    And no report exists
    When the coordinator tries to do "Decide about the missed visit"
      | fact          | answer  |
      | lost_decision | welfare |
    Then it is refused, because "Some answers need another look"
    When the coordinator does "Decide about the missed visit"
      | fact          | answer |
      | lost_decision | let_go |
    Then the coordinator looked at the missed visit
    And it never happened that a welfare check was decided on
    And no report exists

  Scenario: A child is not let go: somebody who knows children sees whether the child is safe
    Given a survivor who is 15 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception records that nobody answers the third time
    And the coordinator tries to do "Decide about the missed visit"
      | fact          | answer |
      | lost_decision | let_go |
    Then it is refused, because "Some answers need another look"
    When the coordinator does "Decide about the missed visit"
      | fact          | answer  |
      | lost_decision | welfare |
    Then the centre must look after the child within 48 hours
    And the case cannot be closed, because "Look after the child is still owed"
    When psychosocial does "Ask for a welfare check"
    And 2 days and 1 minute pass
    Then look after the child is late
    And the coordinator can do "Get an answer about the child"
    When psychosocial does "Record how the child is"
      | fact           | answer    |
      | welfare_result | not_found |
    Then look after the child is owed
    When 3 days pass
    And psychosocial does "Record how the child is"
      | fact           | answer   |
      | welfare_result | needs_us |
      | danger_again   | yes      |
    Then look after the child is met
    And safety is decided anew is running

  Scenario: Whoever answers the telephone does not let a child go
    Given a survivor who is 9 years old
    When reception receives her with her mother
    And everyone does their work
    And 2 days and 1 minute pass
    And reception does "Try the agreed contact"
      | fact           | answer   |
      | contact_result | declined |
      | attempts_made  | 1        |
    Then the coordinator can do "Decide about the missed visit"

  Scenario: Somebody says again and again that she is coming, and the coordinator hears of it
    Given a survivor who is 29 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception does "Try the agreed contact"
      | fact           | answer |
      | contact_result | coming |
      | attempts_made  | 3      |
    Then the coordinator has no task
    When 7 days pass
    And reception does "Try the agreed contact"
      | fact           | answer |
      | contact_result | coming |
      | attempts_made  | 4      |
    Then the coordinator can do "Decide about the missed visit"

  Scenario: A child comes to the visit while somebody is still looking for her
    Given a survivor who is 15 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception records that nobody answers the third time
    And the coordinator does "Decide about the missed visit"
      | fact          | answer  |
      | lost_decision | welfare |
    Then psychosocial can do "Ask for a welfare check"
    And look after the child is owed
    When reception does "Ask, safely, how they are"
    Then look after the child is met

  Scenario: Papers show while the coordinator decides that she is a child
    Given a survivor who is 29 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception records that nobody answers the third time
    Then the coordinator can do "Decide about the missed visit"
    When papers show that she is 15 years old
    And the coordinator does "Decide about the missed visit"
      | fact          | answer  |
      | lost_decision | welfare |
    Then psychosocial can do "Ask for a welfare check"
    And it never happened that a missed visit was let go

  Scenario: Nobody is sent to somebody who turns out to be of age
    Given a survivor whose age nobody can prove, who looks about 16
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception does "Try the agreed contact"
      | fact           | answer      |
      | contact_result | not_reached |
      | attempts_made  | 3           |
    And the coordinator does "Decide about the missed visit"
    Then psychosocial can do "Ask for a welfare check"
    When papers show that the survivor is 29 years old
    Then nobody can do "Ask for a welfare check"
    And it never happened that a welfare check was asked for
    And the coordinator can do "Decide about the missed visit"
    When papers show that the survivor is 15 years old
    And the coordinator does "Decide about the missed visit"
    Then psychosocial can do "Ask for a welfare check"
    And lost child seen is owed

  Scenario: A child who was let go as an adult is looked for once the age is put right
    Given a survivor who is 12 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception records that nobody answers the third time
    And the date of birth is corrected to make her 30
    And the coordinator does "Decide about the missed visit"
      | fact          | answer |
      | lost_decision | let_go |
    Then nobody can do "Decide about the missed visit"
    When the date of birth is corrected to make her 12
    And the coordinator tries to do "Decide about the missed visit"
      | fact          | answer |
      | lost_decision | let_go |
    Then it is refused, because "Some answers need another look"
    When the coordinator does "Decide about the missed visit"
      | fact          | answer  |
      | lost_decision | welfare |
    Then the centre must look after the child within 48 hours
    And nobody can do "Decide about the missed visit"
    When psychosocial does "Ask for a welfare check"
    And psychosocial does "Record how the child is"
      | fact           | answer |
      | welfare_result | safe   |
    Then look after the child is met
    And nobody can do "Decide about the missed visit"

  Scenario: A child who was taken at her word on the telephone is looked for once papers show how old she is
    Given a survivor who says she is 30
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception does "Try the agreed contact"
      | fact           | answer   |
      | contact_result | declined |
      | attempts_made  | 1        |
    Then nobody can do "Decide about the missed visit"
    When papers show that she is 15 years old
    And the coordinator does "Decide about the missed visit"
      | fact          | answer  |
      | lost_decision | welfare |
    Then psychosocial can do "Ask for a welfare check"

  Scenario: A closed case is opened again for a child who was let go
    Given a survivor who is 29 years old
    When reception receives her alone
    And medical records that no crime is suspected any more
    And everyone does their work
    And 2 days and 1 minute pass
    And reception records that nobody answers the third time
    And the coordinator does "Decide about the missed visit"
      | fact          | answer |
      | lost_decision | let_go |
    And everyone does their work
    And 100 days pass
    And everyone does their work
    Then the case is closed
    When papers show that she is 15 years old
    Then the case is open
    And the coordinator can do "Decide about the missed visit"
    When papers show that she is 29 years old
    Then nobody can do "Decide about the missed visit"
    And nobody can do "Ask, safely, how they are"
    When papers show that she is 15 years old
    And the coordinator does "Decide about the missed visit"
      | fact          | answer  |
      | lost_decision | welfare |
    Then look after the child is owed

  Scenario: Whoever wanted no more visits, as an adult, is looked for once papers show a child
    Given a survivor who says she is 30
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception fills in "Change or end the follow-up"
      | fact             | answer |
      | follow_up_agreed | no     |
    Then nobody can do "Try the agreed contact"
    When papers show that she is 12 years old
    Then the coordinator can do "Decide about the missed visit"

  Scenario: A child who was let go, and then wanted no more visits, as an adult, is looked for all the same
    Given a survivor who is 12 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception records that nobody answers the third time
    And the date of birth is corrected to make her 30
    And the coordinator does "Decide about the missed visit"
      | fact          | answer |
      | lost_decision | let_go |
    And reception fills in "Change or end the follow-up"
      | fact             | answer |
      | follow_up_agreed | no     |
    And the date of birth is corrected to make her 12
    Then the coordinator can do "Decide about the missed visit"

  Scenario: An adult who ended her follow-up is left alone once a slip of the age is put right
    Given a survivor who is 29 years old
    When reception receives her alone
    And everyone does their work
    And 2 days and 1 minute pass
    And reception fills in "Change or end the follow-up"
      | fact             | answer |
      | follow_up_agreed | no     |
    And the date of birth is corrected to make her 12
    Then the coordinator can do "Decide about the missed visit"
    When the date of birth is corrected to make her 29
    Then nobody can do "Ask, safely, how they are"
    And nobody can do "Decide about the missed visit"

  Scenario: Whoever ended the follow-up before any visit was missed was not let go
    Given a survivor who says she is 30
    When reception receives her alone
    And everyone does their work
    And reception fills in "Change or end the follow-up"
      | fact             | answer |
      | follow_up_agreed | no     |
    And papers show that she is 12 years old
    Then nobody can do "Decide about the missed visit"
