-- Attestations: who can reach a repository, and where its key is kept, signed off by a person.
set role holdfast_owner;

alter table app.declaration drop constraint declaration_attribute_check;
alter table app.declaration add constraint declaration_attribute_check check (attribute in
  ('media', 'site', 'failure-domain', 'immutability', 'taken-out', 'brought-back', 'access', 'key-custody'));
reset role;
