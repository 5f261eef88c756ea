CREATE TABLE `address_reservations` (
  `id` binary(16) NOT NULL,
  `pool` varchar(64) NOT NULL,
  `purpose` varchar(16) NOT NULL,
  `cidr` varchar(64) NOT NULL,
  `first_address` bigint(20) NOT NULL,
  `last_address` bigint(20) NOT NULL,
  `team` varchar(64) NOT NULL,
  `object` varchar(128) NOT NULL,
  `holder` varchar(160) NOT NULL,
  `note` text NOT NULL,
  `made_by` varchar(128) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `address_reservations_holder_purpose` (`holder`,`purpose`),
  KEY `address_reservations_first_address` (`first_address`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `audit_checkpoints` (
  `number` bigint(20) NOT NULL,
  `body` text NOT NULL,
  `signature` varchar(128) NOT NULL,
  PRIMARY KEY (`number`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `audit_records` (
  `id` binary(16) NOT NULL,
  `at` bigint(20) NOT NULL,
  `actor` varchar(128) NOT NULL,
  `action` varchar(128) NOT NULL,
  `team` varchar(64) DEFAULT NULL,
  `object` text NOT NULL,
  `result` varchar(16) NOT NULL,
  `status` bigint(20) DEFAULT NULL,
  `code` varchar(32) DEFAULT NULL,
  `source` varchar(16) NOT NULL,
  `address` varchar(64) DEFAULT NULL,
  `request_id` varchar(128) DEFAULT NULL,
  `detail` text DEFAULT NULL,
  `writer` varchar(128) NOT NULL,
  `sequence` bigint(20) NOT NULL,
  `previous` varbinary(32) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `changes` text DEFAULT NULL,
  `seal` varbinary(32) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `audit_records_writer_sequence` (`writer`,`sequence`),
  KEY `audit_records_team_id` (`team`,`id`),
  KEY `audit_records_actor_id` (`actor`,`id`),
  KEY `audit_records_request_id` (`request_id`),
  KEY `audit_records_at` (`at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `audit_sinks` (
  `name` varchar(64) NOT NULL,
  `taken` text NOT NULL,
  `records` bigint(20) NOT NULL,
  `up_to` bigint(20) DEFAULT NULL,
  `delivered_at` bigint(20) DEFAULT NULL,
  `failing_since` bigint(20) DEFAULT NULL,
  `last_error` text DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `auth_codes` (
  `id` binary(16) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `challenge` varchar(128) NOT NULL,
  `redirect_uri` text NOT NULL,
  `session_id` binary(16) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  `used_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_codes_hash` (`hash`),
  KEY `auth_codes_user_id_fk` (`user_id`),
  CONSTRAINT `auth_codes_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `claim_links` (
  `id` binary(16) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `purpose` varchar(16) NOT NULL,
  `user_name` varchar(64) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  `used_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `claim_links_hash` (`hash`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `counters` (
  `name` varchar(64) NOT NULL,
  `value` bigint(20) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `device_codes` (
  `id` binary(16) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `user_code` varchar(32) NOT NULL,
  `state` varchar(16) NOT NULL,
  `user_id` binary(16) DEFAULT NULL,
  `label` varchar(255) DEFAULT NULL,
  `address` varchar(64) DEFAULT NULL,
  `interval_seconds` bigint(20) NOT NULL,
  `polled_at` bigint(20) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `device_codes_hash` (`hash`),
  UNIQUE KEY `device_codes_user_code` (`user_code`),
  KEY `device_codes_user_id_fk` (`user_id`),
  CONSTRAINT `device_codes_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `elevations` (
  `id` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `role` varchar(64) NOT NULL,
  `team` varchar(64) NOT NULL,
  `team_id` varchar(64) NOT NULL,
  `cluster` varchar(64) NOT NULL,
  `minutes` bigint(20) NOT NULL,
  `reason` text NOT NULL,
  `binding_id` binary(16) DEFAULT NULL,
  `networks` longtext NOT NULL CHECK (json_valid(`networks`)),
  `approval` tinyint(1) NOT NULL,
  `state` varchar(16) NOT NULL,
  `decided_by` varchar(128) DEFAULT NULL,
  `active_until` bigint(20) DEFAULT NULL,
  `revision` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  `namespace` varchar(64) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  KEY `elevations_user_id_state` (`user_id`,`state`),
  KEY `elevations_team` (`team`),
  CONSTRAINT `elevations_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `group_roles` (
  `id` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `provider_id` binary(16) NOT NULL,
  `team_id` varchar(64) DEFAULT NULL,
  `team` varchar(64) DEFAULT NULL,
  `role` varchar(32) NOT NULL,
  `group_name` varchar(255) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `group_roles_user_id` (`user_id`),
  KEY `group_roles_provider_id` (`provider_id`),
  KEY `group_roles_team` (`team`),
  CONSTRAINT `group_roles_provider_id_fk` FOREIGN KEY (`provider_id`) REFERENCES `identity_providers` (`id`) ON DELETE CASCADE,
  CONSTRAINT `group_roles_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `idempotency_keys` (
  `scope` varbinary(32) NOT NULL,
  `request` varbinary(32) NOT NULL,
  `response` longtext DEFAULT NULL CHECK (json_valid(`response`)),
  `started_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  PRIMARY KEY (`scope`),
  KEY `idempotency_keys_expires_at` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `identities` (
  `id` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `issuer` varchar(255) NOT NULL,
  `subject` varchar(255) NOT NULL,
  `provider_id` binary(16) NOT NULL,
  `email` varchar(255) DEFAULT NULL,
  `user_groups` longtext NOT NULL CHECK (json_valid(`user_groups`)),
  `created_at` bigint(20) NOT NULL,
  `last_used_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `identities_hash` (`hash`),
  KEY `identities_user_id` (`user_id`),
  KEY `identities_provider_id` (`provider_id`),
  CONSTRAINT `identities_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `identity_providers` (
  `id` binary(16) NOT NULL,
  `name` varchar(64) NOT NULL,
  `enabled` tinyint(1) NOT NULL,
  `spec` longtext NOT NULL CHECK (json_valid(`spec`)),
  `secret_name` varchar(255) DEFAULT NULL,
  `revision` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `identity_providers_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `invitation_uses` (
  `id` binary(16) NOT NULL,
  `invitation_id` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `user_name` varchar(64) NOT NULL,
  `used_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `invitation_uses_invitation_id_user_id` (`invitation_id`,`user_id`),
  CONSTRAINT `invitation_uses_invitation_id_fk` FOREIGN KEY (`invitation_id`) REFERENCES `invitations` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `invitations` (
  `id` binary(16) NOT NULL,
  `name` varchar(32) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `team_id` varchar(64) NOT NULL,
  `team` varchar(64) NOT NULL,
  `role` varchar(32) NOT NULL,
  `uses` bigint(20) NOT NULL,
  `used` bigint(20) NOT NULL,
  `address` varchar(255) DEFAULT NULL,
  `inviter_id` binary(16) NOT NULL,
  `inviter` varchar(128) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  `revoked_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `invitations_hash` (`hash`),
  UNIQUE KEY `invitations_team_name` (`team`,`name`),
  KEY `invitations_expires_at` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `ledger` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `owner` varchar(64) NOT NULL,
  `component` varchar(191) NOT NULL,
  `natural_key` varchar(512) NOT NULL,
  `open_key` varchar(512) DEFAULT NULL,
  `state` varchar(16) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ledger_open_key` (`open_key`),
  KEY `ledger_owner_id` (`owner`,`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `memberships` (
  `id` binary(16) NOT NULL,
  `team_id` varchar(64) NOT NULL,
  `team` varchar(64) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `role` varchar(32) NOT NULL,
  `revision` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  `source` varchar(128) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `memberships_team_user_id` (`team`,`user_id`),
  KEY `memberships_user_id` (`user_id`),
  CONSTRAINT `memberships_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `operation_steps` (
  `operation_id` binary(16) NOT NULL,
  `name` varchar(191) NOT NULL,
  `position` bigint(20) NOT NULL,
  `title` varchar(255) NOT NULL,
  `state` varchar(16) NOT NULL,
  `waiting_for` text DEFAULT NULL,
  `attempts` bigint(20) NOT NULL,
  `failure` longtext DEFAULT NULL CHECK (json_valid(`failure`)),
  `started_at` bigint(20) DEFAULT NULL,
  `ended_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`operation_id`,`name`),
  CONSTRAINT `operation_steps_operation_id_fk` FOREIGN KEY (`operation_id`) REFERENCES `operations` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `operations` (
  `id` binary(16) NOT NULL,
  `action` varchar(16) NOT NULL,
  `target_kind` varchar(64) NOT NULL,
  `team` varchar(64) DEFAULT NULL,
  `target_name` varchar(128) NOT NULL,
  `target_uid` varchar(64) NOT NULL,
  `generation` bigint(20) NOT NULL,
  `requested_by` varchar(128) NOT NULL,
  `request_id` varchar(128) DEFAULT NULL,
  `state` varchar(16) NOT NULL,
  `parameters` longtext NOT NULL CHECK (json_valid(`parameters`)),
  `failure` longtext DEFAULT NULL CHECK (json_valid(`failure`)),
  `remainder_gone` bigint(20) DEFAULT NULL,
  `remainder_left` bigint(20) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  `started_at` bigint(20) DEFAULT NULL,
  `ended_at` bigint(20) DEFAULT NULL,
  `revision` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `operations_revision` (`revision`),
  KEY `operations_created_at_id` (`created_at`,`id`),
  KEY `operations_team_created_at_id` (`team`,`created_at`,`id`),
  KEY `operations_target_uid_ended_at` (`target_uid`,`ended_at`),
  KEY `operations_state_created_at` (`state`,`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `quota_reservations` (
  `id` binary(16) NOT NULL,
  `team_id` varchar(64) NOT NULL,
  `object` varchar(128) NOT NULL,
  `holder` varchar(160) NOT NULL,
  `clusters` bigint(20) NOT NULL,
  `nodes` bigint(20) NOT NULL,
  `vcpus` bigint(20) NOT NULL,
  `memory_mib` bigint(20) NOT NULL,
  `namespaces` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `quota_reservations_team_id_object_holder` (`team_id`,`object`,`holder`),
  KEY `quota_reservations_holder` (`holder`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `quotas` (
  `team_id` varchar(64) NOT NULL,
  `limits` longtext NOT NULL CHECK (json_valid(`limits`)),
  `revision` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  PRIMARY KEY (`team_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `recovery_codes` (
  `id` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `used_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `recovery_codes_user_id_hash` (`user_id`,`hash`),
  CONSTRAINT `recovery_codes_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `robots` (
  `id` binary(16) NOT NULL,
  `description` text DEFAULT NULL,
  `trust` longtext NOT NULL CHECK (json_valid(`trust`)),
  `last_used_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `robots_id_fk` FOREIGN KEY (`id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `role_bindings` (
  `id` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `role` varchar(64) NOT NULL,
  `team` varchar(64) NOT NULL,
  `team_id` varchar(64) NOT NULL,
  `cluster` varchar(64) NOT NULL,
  `expires_at` bigint(20) DEFAULT NULL,
  `networks` longtext NOT NULL CHECK (json_valid(`networks`)),
  `max_minutes` bigint(20) DEFAULT NULL,
  `approval` tinyint(1) NOT NULL,
  `granted_by` varchar(128) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `namespace` varchar(64) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE KEY `role_bindings_user_id_role_team_cluster_namespace` (`user_id`,`role`,`team`,`cluster`,`namespace`),
  KEY `role_bindings_team` (`team`),
  KEY `role_bindings_role` (`role`),
  CONSTRAINT `role_bindings_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `roles` (
  `id` binary(16) NOT NULL,
  `name` varchar(64) NOT NULL,
  `description` text DEFAULT NULL,
  `permissions` longtext NOT NULL CHECK (json_valid(`permissions`)),
  `revision` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `roles_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `seaql_migrations` (
  `version` varchar(255) NOT NULL,
  `applied_at` bigint(20) NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci
CREATE TABLE `second_factors` (
  `user_id` binary(16) NOT NULL,
  `secret_name` varchar(255) NOT NULL,
  `confirmed_at` bigint(20) DEFAULT NULL,
  `last_step` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`user_id`),
  CONSTRAINT `second_factors_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `session_providers` (
  `session_id` binary(16) NOT NULL,
  `provider_id` binary(16) NOT NULL,
  PRIMARY KEY (`session_id`),
  KEY `session_providers_provider_id` (`provider_id`),
  CONSTRAINT `session_providers_provider_id_fk` FOREIGN KEY (`provider_id`) REFERENCES `identity_providers` (`id`) ON DELETE CASCADE,
  CONSTRAINT `session_providers_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `sessions` (
  `id` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `source` varchar(16) NOT NULL,
  `label` varchar(255) DEFAULT NULL,
  `address` varchar(64) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  `last_used_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  `revoked_at` bigint(20) DEFAULT NULL,
  `name` varchar(64) DEFAULT NULL,
  `limits` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `sessions_user_id` (`user_id`),
  KEY `sessions_expires_at` (`expires_at`),
  CONSTRAINT `sessions_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `settings` (
  `name` varchar(128) NOT NULL,
  `value` text NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `sign_in_attempts` (
  `id` binary(16) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `provider_id` binary(16) NOT NULL,
  `next` text NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  `used_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `sign_in_attempts_hash` (`hash`),
  KEY `sign_in_attempts_provider_id_fk` (`provider_id`),
  KEY `sign_in_attempts_expires_at` (`expires_at`),
  CONSTRAINT `sign_in_attempts_provider_id_fk` FOREIGN KEY (`provider_id`) REFERENCES `identity_providers` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `sign_in_challenges` (
  `id` binary(16) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `tries` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  `used_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `sign_in_challenges_hash` (`hash`),
  KEY `sign_in_challenges_user_id_fk` (`user_id`),
  KEY `sign_in_challenges_expires_at` (`expires_at`),
  CONSTRAINT `sign_in_challenges_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `tokens` (
  `id` binary(16) NOT NULL,
  `kind` varchar(16) NOT NULL,
  `hash` varbinary(32) NOT NULL,
  `session_id` binary(16) NOT NULL,
  `audience` varchar(128) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  `used_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `tokens_hash` (`hash`),
  KEY `tokens_session_id` (`session_id`),
  KEY `tokens_expires_at` (`expires_at`),
  CONSTRAINT `tokens_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `trusted_issuers` (
  `id` binary(16) NOT NULL,
  `name` varchar(64) NOT NULL,
  `issuer` varchar(255) NOT NULL,
  `profile` varchar(16) NOT NULL,
  `jwks` text DEFAULT NULL,
  `certificate_authority` text DEFAULT NULL,
  `networks` longtext NOT NULL CHECK (json_valid(`networks`)),
  `revision` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `trusted_issuers_name` (`name`),
  UNIQUE KEY `trusted_issuers_issuer` (`issuer`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `used_tokens` (
  `hash` varbinary(32) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  PRIMARY KEY (`hash`),
  KEY `used_tokens_expires_at` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
CREATE TABLE `users` (
  `id` binary(16) NOT NULL,
  `name` varchar(64) NOT NULL,
  `display_name` varchar(255) DEFAULT NULL,
  `platform_role` varchar(32) DEFAULT NULL,
  `disabled` tinyint(1) NOT NULL,
  `password_hash` varchar(255) DEFAULT NULL,
  `revision` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `updated_at` bigint(20) NOT NULL,
  `robot_team` varchar(64) DEFAULT NULL,
  `robot_team_id` varchar(64) DEFAULT NULL,
  `robot_name` varchar(64) DEFAULT NULL,
  `email` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `users_name` (`name`),
  UNIQUE KEY `users_robot_team_robot_name` (`robot_team`,`robot_name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
