-- Up to when a report tells what happened, kept with it: as of a past instant nobody is to have known more of an agent than it had said.
-- null: it was processed before this was kept.
set role holdfast_owner;
alter table app.inbox add column told_to timestamptz;
grant update (told_to) on app.inbox to holdfast_worker;
reset role;
