-- The first hour: what an MSP leaves out of its first steps, who has seen the tour, and a test of the mail.
set role holdfast_owner;

create table app.first_step (
  msp_id uuid not null references app.msp,
  step text not null check (length(step) between 1 and 40), -- domain/first-hour/first-steps.ts knows them
  left_out_at timestamptz,                               -- null: taken up again
  left_out_by uuid,
  primary key (msp_id, step),
  check ((left_out_at is null) = (left_out_by is null))
);
alter table app.first_step enable row level security;
alter table app.first_step force row level security;
create policy tenant on app.first_step using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
grant select, insert, update on app.first_step to holdfast_web;

create table app.ended_tour (
  msp_id uuid not null references app.msp,
  person_id uuid not null,
  ended_at timestamptz not null,
  how text not null check (how in ('finished', 'skipped')),
  primary key (msp_id, person_id)
);
alter table app.ended_tour enable row level security;
alter table app.ended_tour force row level security;
create policy tenant on app.ended_tour using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
grant select, insert, update on app.ended_tour to holdfast_web;

grant update (name, time_zone) on app.msp to holdfast_web;

alter table app.mail_outbox drop constraint mail_outbox_kind_check,
  add constraint mail_outbox_kind_check check (kind in ('invitation', 'recovery-code-used', 'password-changed',
    'authenticator-changed', 'recovery-codes-made', 'sign-in-locked', 'evidence-note', 'monthly-report', 'evidence-granted',
    'sign-on-linked', 'break-glass-used', 'passkey-added', 'passkey-removed', 'passkey-stopped', 'mail-test'));
-- What a server said when it took a mail is kept, too.
do $$
declare v_name text;
begin
  select c.conname into strict v_name from pg_constraint c
    where c.conrelid = 'app.mail_outbox'::regclass and pg_get_constraintdef(c.oid) ~ 'server_answer IS NULL.*problem IS NOT NULL';
  execute format('alter table app.mail_outbox drop constraint %I', v_name);
end $$;
alter table app.mail_outbox add constraint mail_outbox_answer_check
  check (server_answer is null or problem is not null or state = 'sent');
reset role;
