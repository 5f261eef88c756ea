address_reservations.id uuid not null
address_reservations.pool character varying(64) not null
address_reservations.purpose character varying(16) not null
address_reservations.cidr character varying(64) not null
address_reservations.first_address bigint not null
address_reservations.last_address bigint not null
address_reservations.team character varying(64) not null
address_reservations.object character varying(128) not null
address_reservations.holder character varying(160) not null
address_reservations.note text not null
address_reservations.made_by character varying(128) not null
address_reservations.created_at bigint not null
audit_checkpoints.number bigint not null
audit_checkpoints.body text not null
audit_checkpoints.signature character varying(128) not null
audit_records.id uuid not null
audit_records.at bigint not null
audit_records.actor character varying(128) not null
audit_records.action character varying(128) not null
audit_records.team character varying(64)
audit_records.object text not null
audit_records.result character varying(16) not null
audit_records.status bigint
audit_records.code character varying(32)
audit_records.source character varying(16) not null
audit_records.address character varying(64)
audit_records.request_id character varying(128)
audit_records.detail text
audit_records.writer character varying(128) not null
audit_records.sequence bigint not null
audit_records.previous bytea not null
audit_records.hash bytea not null
audit_records.changes text
audit_records.seal bytea
audit_sinks.name character varying(64) not null
audit_sinks.taken text not null
audit_sinks.records bigint not null
audit_sinks.up_to bigint
audit_sinks.delivered_at bigint
audit_sinks.failing_since bigint
audit_sinks.last_error text
auth_codes.id uuid not null
auth_codes.hash bytea not null
auth_codes.user_id uuid not null
auth_codes.challenge character varying(128) not null
auth_codes.redirect_uri text not null
auth_codes.session_id uuid
auth_codes.created_at bigint not null
auth_codes.expires_at bigint not null
auth_codes.used_at bigint
claim_links.id uuid not null
claim_links.hash bytea not null
claim_links.purpose character varying(16) not null
claim_links.user_name character varying(64)
claim_links.created_at bigint not null
claim_links.expires_at bigint not null
claim_links.used_at bigint
counters.name character varying(64) not null
counters.value bigint not null
device_codes.id uuid not null
device_codes.hash bytea not null
device_codes.user_code character varying(32) not null
device_codes.state character varying(16) not null
device_codes.user_id uuid
device_codes.label character varying(255)
device_codes.address character varying(64)
device_codes.interval_seconds bigint not null
device_codes.polled_at bigint
device_codes.created_at bigint not null
device_codes.expires_at bigint not null
elevations.id uuid not null
elevations.user_id uuid not null
elevations.role character varying(64) not null
elevations.team character varying(64) not null
elevations.team_id character varying(64) not null
elevations.cluster character varying(64) not null
elevations.minutes bigint not null
elevations.reason text not null
elevations.binding_id uuid
elevations.networks json not null
elevations.approval boolean not null
elevations.state character varying(16) not null
elevations.decided_by character varying(128)
elevations.active_until bigint
elevations.revision bigint not null
elevations.created_at bigint not null
elevations.updated_at bigint not null
elevations.namespace character varying(64) not null default ''::character varying
group_roles.id uuid not null
group_roles.user_id uuid not null
group_roles.provider_id uuid not null
group_roles.team_id character varying(64)
group_roles.team character varying(64)
group_roles.role character varying(32) not null
group_roles.group_name character varying(255) not null
group_roles.created_at bigint not null
idempotency_keys.scope bytea not null
idempotency_keys.request bytea not null
idempotency_keys.response json
idempotency_keys.started_at bigint not null
idempotency_keys.expires_at bigint not null
identities.id uuid not null
identities.user_id uuid not null
identities.hash bytea not null
identities.issuer character varying(255) not null
identities.subject character varying(255) not null
identities.provider_id uuid not null
identities.email character varying(255)
identities.user_groups json not null
identities.created_at bigint not null
identities.last_used_at bigint not null
identity_providers.id uuid not null
identity_providers.name character varying(64) not null
identity_providers.enabled boolean not null
identity_providers.spec json not null
identity_providers.secret_name character varying(255)
identity_providers.revision bigint not null
identity_providers.created_at bigint not null
identity_providers.updated_at bigint not null
invitation_uses.id uuid not null
invitation_uses.invitation_id uuid not null
invitation_uses.user_id uuid not null
invitation_uses.user_name character varying(64) not null
invitation_uses.used_at bigint not null
invitations.id uuid not null
invitations.name character varying(32) not null
invitations.hash bytea not null
invitations.team_id character varying(64) not null
invitations.team character varying(64) not null
invitations.role character varying(32) not null
invitations.uses bigint not null
invitations.used bigint not null
invitations.address character varying(255)
invitations.inviter_id uuid not null
invitations.inviter character varying(128) not null
invitations.created_at bigint not null
invitations.expires_at bigint not null
invitations.revoked_at bigint
ledger.id bigint not null
ledger.owner character varying(64) not null
ledger.component character varying(191) not null
ledger.natural_key character varying(512) not null
ledger.open_key character varying(512)
ledger.state character varying(16) not null
ledger.created_at bigint not null
ledger.updated_at bigint not null
memberships.id uuid not null
memberships.team_id character varying(64) not null
memberships.team character varying(64) not null
memberships.user_id uuid not null
memberships.role character varying(32) not null
memberships.revision bigint not null
memberships.created_at bigint not null
memberships.updated_at bigint not null
memberships.source character varying(128)
operation_steps.operation_id uuid not null
operation_steps.name character varying(191) not null
operation_steps.position bigint not null
operation_steps.title character varying(255) not null
operation_steps.state character varying(16) not null
operation_steps.waiting_for text
operation_steps.attempts bigint not null
operation_steps.failure json
operation_steps.started_at bigint
operation_steps.ended_at bigint
operations.id uuid not null
operations.action character varying(16) not null
operations.target_kind character varying(64) not null
operations.team character varying(64)
operations.target_name character varying(128) not null
operations.target_uid character varying(64) not null
operations.generation bigint not null
operations.requested_by character varying(128) not null
operations.request_id character varying(128)
operations.state character varying(16) not null
operations.parameters json not null
operations.failure json
operations.remainder_gone bigint
operations.remainder_left bigint
operations.created_at bigint not null
operations.started_at bigint
operations.ended_at bigint
operations.revision bigint not null
quota_reservations.id uuid not null
quota_reservations.team_id character varying(64) not null
quota_reservations.object character varying(128) not null
quota_reservations.holder character varying(160) not null
quota_reservations.clusters bigint not null
quota_reservations.nodes bigint not null
quota_reservations.vcpus bigint not null
quota_reservations.memory_mib bigint not null
quota_reservations.namespaces bigint not null
quota_reservations.created_at bigint not null
quota_reservations.updated_at bigint not null
quotas.team_id character varying(64) not null
quotas.limits json not null
quotas.revision bigint not null
quotas.created_at bigint not null
quotas.updated_at bigint not null
recovery_codes.id uuid not null
recovery_codes.user_id uuid not null
recovery_codes.hash bytea not null
recovery_codes.created_at bigint not null
recovery_codes.used_at bigint
robots.id uuid not null
robots.description text
robots.trust json not null
robots.last_used_at bigint
role_bindings.id uuid not null
role_bindings.user_id uuid not null
role_bindings.role character varying(64) not null
role_bindings.team character varying(64) not null
role_bindings.team_id character varying(64) not null
role_bindings.cluster character varying(64) not null
role_bindings.expires_at bigint
role_bindings.networks json not null
role_bindings.max_minutes bigint
role_bindings.approval boolean not null
role_bindings.granted_by character varying(128) not null
role_bindings.created_at bigint not null
role_bindings.namespace character varying(64) not null default ''::character varying
roles.id uuid not null
roles.name character varying(64) not null
roles.description text
roles.permissions json not null
roles.revision bigint not null
roles.created_at bigint not null
roles.updated_at bigint not null
seaql_migrations.version character varying not null
seaql_migrations.applied_at bigint not null
second_factors.user_id uuid not null
second_factors.secret_name character varying(255) not null
second_factors.confirmed_at bigint
second_factors.last_step bigint not null
second_factors.created_at bigint not null
session_providers.session_id uuid not null
session_providers.provider_id uuid not null
sessions.id uuid not null
sessions.user_id uuid not null
sessions.source character varying(16) not null
sessions.label character varying(255)
sessions.address character varying(64)
sessions.created_at bigint not null
sessions.last_used_at bigint not null
sessions.expires_at bigint not null
sessions.revoked_at bigint
sessions.name character varying(64)
sessions.limits text
settings.name character varying(128) not null
settings.value text not null
settings.updated_at bigint not null
sign_in_attempts.id uuid not null
sign_in_attempts.hash bytea not null
sign_in_attempts.provider_id uuid not null
sign_in_attempts.next text not null
sign_in_attempts.created_at bigint not null
sign_in_attempts.expires_at bigint not null
sign_in_attempts.used_at bigint
sign_in_challenges.id uuid not null
sign_in_challenges.hash bytea not null
sign_in_challenges.user_id uuid not null
sign_in_challenges.tries bigint not null
sign_in_challenges.created_at bigint not null
sign_in_challenges.expires_at bigint not null
sign_in_challenges.used_at bigint
tokens.id uuid not null
tokens.kind character varying(16) not null
tokens.hash bytea not null
tokens.session_id uuid not null
tokens.audience character varying(128)
tokens.created_at bigint not null
tokens.expires_at bigint not null
tokens.used_at bigint
trusted_issuers.id uuid not null
trusted_issuers.name character varying(64) not null
trusted_issuers.issuer character varying(255) not null
trusted_issuers.profile character varying(16) not null
trusted_issuers.jwks text
trusted_issuers.certificate_authority text
trusted_issuers.networks json not null
trusted_issuers.revision bigint not null
trusted_issuers.created_at bigint not null
trusted_issuers.updated_at bigint not null
used_tokens.hash bytea not null
used_tokens.expires_at bigint not null
users.id uuid not null
users.name character varying(64) not null
users.display_name character varying(255)
users.platform_role character varying(32)
users.disabled boolean not null
users.password_hash character varying(255)
users.revision bigint not null
users.created_at bigint not null
users.updated_at bigint not null
users.robot_team character varying(64)
users.robot_team_id character varying(64)
users.robot_name character varying(64)
users.email character varying(255)
CREATE INDEX address_reservations_first_address ON public.address_reservations USING btree (first_address)
CREATE UNIQUE INDEX address_reservations_holder_purpose ON public.address_reservations USING btree (holder, purpose)
CREATE UNIQUE INDEX address_reservations_pkey ON public.address_reservations USING btree (id)
CREATE UNIQUE INDEX audit_checkpoints_pkey ON public.audit_checkpoints USING btree (number)
CREATE INDEX audit_records_actor_id ON public.audit_records USING btree (actor, id)
CREATE INDEX audit_records_at ON public.audit_records USING btree (at)
CREATE UNIQUE INDEX audit_records_pkey ON public.audit_records USING btree (id)
CREATE INDEX audit_records_request_id ON public.audit_records USING btree (request_id)
CREATE INDEX audit_records_team_id ON public.audit_records USING btree (team, id)
CREATE UNIQUE INDEX audit_records_writer_sequence ON public.audit_records USING btree (writer, sequence)
CREATE UNIQUE INDEX audit_sinks_pkey ON public.audit_sinks USING btree (name)
CREATE UNIQUE INDEX auth_codes_hash ON public.auth_codes USING btree (hash)
CREATE UNIQUE INDEX auth_codes_pkey ON public.auth_codes USING btree (id)
CREATE UNIQUE INDEX claim_links_hash ON public.claim_links USING btree (hash)
CREATE UNIQUE INDEX claim_links_pkey ON public.claim_links USING btree (id)
CREATE UNIQUE INDEX counters_pkey ON public.counters USING btree (name)
CREATE UNIQUE INDEX device_codes_hash ON public.device_codes USING btree (hash)
CREATE UNIQUE INDEX device_codes_pkey ON public.device_codes USING btree (id)
CREATE UNIQUE INDEX device_codes_user_code ON public.device_codes USING btree (user_code)
CREATE UNIQUE INDEX elevations_pkey ON public.elevations USING btree (id)
CREATE INDEX elevations_team ON public.elevations USING btree (team)
CREATE INDEX elevations_user_id_state ON public.elevations USING btree (user_id, state)
CREATE UNIQUE INDEX group_roles_pkey ON public.group_roles USING btree (id)
CREATE INDEX group_roles_provider_id ON public.group_roles USING btree (provider_id)
CREATE INDEX group_roles_team ON public.group_roles USING btree (team)
CREATE INDEX group_roles_user_id ON public.group_roles USING btree (user_id)
CREATE INDEX idempotency_keys_expires_at ON public.idempotency_keys USING btree (expires_at)
CREATE UNIQUE INDEX idempotency_keys_pkey ON public.idempotency_keys USING btree (scope)
CREATE UNIQUE INDEX identities_hash ON public.identities USING btree (hash)
CREATE UNIQUE INDEX identities_pkey ON public.identities USING btree (id)
CREATE INDEX identities_provider_id ON public.identities USING btree (provider_id)
CREATE INDEX identities_user_id ON public.identities USING btree (user_id)
CREATE UNIQUE INDEX identity_providers_name ON public.identity_providers USING btree (name)
CREATE UNIQUE INDEX identity_providers_pkey ON public.identity_providers USING btree (id)
CREATE UNIQUE INDEX invitation_uses_invitation_id_user_id ON public.invitation_uses USING btree (invitation_id, user_id)
CREATE UNIQUE INDEX invitation_uses_pkey ON public.invitation_uses USING btree (id)
CREATE INDEX invitations_expires_at ON public.invitations USING btree (expires_at)
CREATE UNIQUE INDEX invitations_hash ON public.invitations USING btree (hash)
CREATE UNIQUE INDEX invitations_pkey ON public.invitations USING btree (id)
CREATE UNIQUE INDEX invitations_team_name ON public.invitations USING btree (team, name)
CREATE UNIQUE INDEX ledger_open_key ON public.ledger USING btree (open_key)
CREATE INDEX ledger_owner_id ON public.ledger USING btree (owner, id)
CREATE UNIQUE INDEX ledger_pkey ON public.ledger USING btree (id)
CREATE UNIQUE INDEX memberships_pkey ON public.memberships USING btree (id)
CREATE UNIQUE INDEX memberships_team_user_id ON public.memberships USING btree (team, user_id)
CREATE INDEX memberships_user_id ON public.memberships USING btree (user_id)
CREATE UNIQUE INDEX operation_steps_pkey ON public.operation_steps USING btree (operation_id, name)
CREATE INDEX operations_created_at_id ON public.operations USING btree (created_at, id)
CREATE UNIQUE INDEX operations_pkey ON public.operations USING btree (id)
CREATE INDEX operations_revision ON public.operations USING btree (revision)
CREATE INDEX operations_state_created_at ON public.operations USING btree (state, created_at)
CREATE INDEX operations_target_uid_ended_at ON public.operations USING btree (target_uid, ended_at)
CREATE INDEX operations_team_created_at_id ON public.operations USING btree (team, created_at, id)
CREATE INDEX quota_reservations_holder ON public.quota_reservations USING btree (holder)
CREATE UNIQUE INDEX quota_reservations_pkey ON public.quota_reservations USING btree (id)
CREATE UNIQUE INDEX quota_reservations_team_id_object_holder ON public.quota_reservations USING btree (team_id, object, holder)
CREATE UNIQUE INDEX quotas_pkey ON public.quotas USING btree (team_id)
CREATE UNIQUE INDEX recovery_codes_pkey ON public.recovery_codes USING btree (id)
CREATE UNIQUE INDEX recovery_codes_user_id_hash ON public.recovery_codes USING btree (user_id, hash)
CREATE UNIQUE INDEX robots_pkey ON public.robots USING btree (id)
CREATE UNIQUE INDEX role_bindings_pkey ON public.role_bindings USING btree (id)
CREATE INDEX role_bindings_role ON public.role_bindings USING btree (role)
CREATE INDEX role_bindings_team ON public.role_bindings USING btree (team)
CREATE UNIQUE INDEX role_bindings_user_id_role_team_cluster_namespace ON public.role_bindings USING btree (user_id, role, team, cluster, namespace)
CREATE UNIQUE INDEX roles_name ON public.roles USING btree (name)
CREATE UNIQUE INDEX roles_pkey ON public.roles USING btree (id)
CREATE UNIQUE INDEX seaql_migrations_pkey ON public.seaql_migrations USING btree (version)
CREATE UNIQUE INDEX second_factors_pkey ON public.second_factors USING btree (user_id)
CREATE UNIQUE INDEX session_providers_pkey ON public.session_providers USING btree (session_id)
CREATE INDEX session_providers_provider_id ON public.session_providers USING btree (provider_id)
CREATE INDEX sessions_expires_at ON public.sessions USING btree (expires_at)
CREATE UNIQUE INDEX sessions_pkey ON public.sessions USING btree (id)
CREATE INDEX sessions_user_id ON public.sessions USING btree (user_id)
CREATE UNIQUE INDEX settings_pkey ON public.settings USING btree (name)
CREATE INDEX sign_in_attempts_expires_at ON public.sign_in_attempts USING btree (expires_at)
CREATE UNIQUE INDEX sign_in_attempts_hash ON public.sign_in_attempts USING btree (hash)
CREATE UNIQUE INDEX sign_in_attempts_pkey ON public.sign_in_attempts USING btree (id)
CREATE INDEX sign_in_challenges_expires_at ON public.sign_in_challenges USING btree (expires_at)
CREATE UNIQUE INDEX sign_in_challenges_hash ON public.sign_in_challenges USING btree (hash)
CREATE UNIQUE INDEX sign_in_challenges_pkey ON public.sign_in_challenges USING btree (id)
CREATE INDEX tokens_expires_at ON public.tokens USING btree (expires_at)
CREATE UNIQUE INDEX tokens_hash ON public.tokens USING btree (hash)
CREATE UNIQUE INDEX tokens_pkey ON public.tokens USING btree (id)
CREATE INDEX tokens_session_id ON public.tokens USING btree (session_id)
CREATE UNIQUE INDEX trusted_issuers_issuer ON public.trusted_issuers USING btree (issuer)
CREATE UNIQUE INDEX trusted_issuers_name ON public.trusted_issuers USING btree (name)
CREATE UNIQUE INDEX trusted_issuers_pkey ON public.trusted_issuers USING btree (id)
CREATE INDEX used_tokens_expires_at ON public.used_tokens USING btree (expires_at)
CREATE UNIQUE INDEX used_tokens_pkey ON public.used_tokens USING btree (hash)
CREATE UNIQUE INDEX users_name ON public.users USING btree (name)
CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)
CREATE UNIQUE INDEX users_robot_team_robot_name ON public.users USING btree (robot_team, robot_name)
auth_codes FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
device_codes FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
elevations FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
group_roles FOREIGN KEY (provider_id) REFERENCES identity_providers(id) ON DELETE CASCADE
group_roles FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
identities FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
invitation_uses FOREIGN KEY (invitation_id) REFERENCES invitations(id) ON DELETE CASCADE
memberships FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
operation_steps FOREIGN KEY (operation_id) REFERENCES operations(id) ON DELETE CASCADE
recovery_codes FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
robots FOREIGN KEY (id) REFERENCES users(id) ON DELETE CASCADE
role_bindings FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
second_factors FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
session_providers FOREIGN KEY (provider_id) REFERENCES identity_providers(id) ON DELETE CASCADE
session_providers FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
sessions FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
sign_in_attempts FOREIGN KEY (provider_id) REFERENCES identity_providers(id) ON DELETE CASCADE
sign_in_challenges FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
tokens FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
