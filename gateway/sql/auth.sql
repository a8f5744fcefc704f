-- Who may sign in, and who is signed in. Only hashes are kept. Run at every start of the gateway.
DO $$ BEGIN
    IF to_regnamespace('auth') IS NULL THEN
        CREATE SCHEMA auth;
    END IF;
END $$;

CREATE TABLE IF NOT EXISTS auth.credential (
    login         text PRIMARY KEY CHECK (length(login) BETWEEN 1 AND 64),
    password_hash text NOT NULL, -- argon2id, with its salt and cost
    created_at    timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz
);

-- The user whose login it is, in whatever case; NULL until the domain knows of them.
ALTER TABLE auth.credential ADD COLUMN IF NOT EXISTS user_id uuid;

CREATE TABLE IF NOT EXISTS auth.session (
    token_hash bytea PRIMARY KEY, -- sha256 of the cookie's value
    login      text NOT NULL REFERENCES auth.credential ON DELETE CASCADE,
    address    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);

CREATE INDEX IF NOT EXISTS session_expiry ON auth.session (expires_at);
