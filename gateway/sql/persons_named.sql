-- Names of people by their ids or logins; who was erased has none.
SELECT id, login, name
FROM read_model.user_account
WHERE erased_at IS NULL AND (id = ANY(%(ids)s::uuid[]) OR login = ANY(%(logins)s::text[]))
