-- What was told together with a fact, and what a rule said before: what went wrong is judged by what was so at that time.

alter table app.run add column is_repository_unread boolean not null default false; -- its report said that its repository could not be read

alter table app.retention_rule
  add column former_keep jsonb,                                -- what it said until `changed_at`; null: nothing else, ever
  add column changed_at timestamptz,
  add constraint retention_rule_former_check check ((former_keep is null) = (changed_at is null));
