"""SQL that guards the budgets of special operations: the only way an agency moves one.

Agencies may call these two functions and write neither the operations nor their ledger. The
functions run with the owner's rights, so they say themselves what is allowed: an agency spends
and gives back for its own orders only (``current_setting('role')`` is the agency's role, also
inside a function of the owner's).

Spending takes every operation's row it may need first, in the order of their ids, so that two
orders never wait for each other crosswise; then each line gets the first of its choices that
can pay. The row lock lasts until the sale commits, which is what makes the budget exact: the
next sale reads what is really left. Giving back never returns more than was taken.

What this does not judge: the amounts. Whoever can run statements with an agency's role could
claim a wrong cost, up to the budget, under the name of an order of its own; the journal would
not say the same.
"""

FUNCTIONS = """
CREATE OR REPLACE FUNCTION shared.operations_spend(spender text, reference text, claims jsonb)
RETURNS TABLE (line uuid, operation text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE
    claim jsonb;
    choice jsonb;
    taken bigint;
BEGIN
    IF current_setting('role') NOT IN ('none', spender) THEN
        RAISE EXCEPTION 'only % spends for its orders', spender
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM 1 FROM commissions_specialoperation o
    WHERE o.code IN (
        SELECT option ->> 'operation'
        FROM jsonb_array_elements(claims) AS asked,
             jsonb_array_elements(asked -> 'choices') AS option
    ) ORDER BY o.id FOR UPDATE;
    FOR claim IN SELECT asked FROM jsonb_array_elements(claims) AS asked LOOP
        FOR choice IN SELECT option FROM jsonb_array_elements(claim -> 'choices') AS option LOOP
            UPDATE commissions_specialoperation o
            SET spent = o.spent + CASE WHEN o.currency = claim ->> 'currency'
                                       THEN (choice ->> 'amount')::numeric ELSE 0 END
            WHERE o.code = choice ->> 'operation' AND o.status = 'running'
              AND (choice ->> 'amount')::numeric >= 0
              AND (o.budget IS NULL OR (
                   o.currency = claim ->> 'currency'
                   AND o.spent + (choice ->> 'amount')::numeric <= o.budget))
            RETURNING o.id INTO taken;
            IF FOUND THEN
                INSERT INTO commissions_operationspending (
                    operation_id, agency_schema, order_reference, line_id, occurred_at, currency,
                    amount, operator_part, provider_part, agency_part
                ) VALUES (
                    taken, spender, reference, (claim ->> 'line')::uuid, now(),
                    claim ->> 'currency', (choice ->> 'amount')::numeric,
                    (choice ->> 'operator')::numeric, (choice ->> 'provider')::numeric,
                    (choice ->> 'agency')::numeric
                );
                line := (claim ->> 'line')::uuid;
                operation := choice ->> 'operation';
                RETURN NEXT;
                EXIT;
            END IF;
        END LOOP;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION shared.operations_return(spender text, reference text, kept jsonb)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE
    taken record;
    rest numeric;
    returned integer := 0;
BEGIN
    IF current_setting('role') NOT IN ('none', spender) THEN
        RAISE EXCEPTION 'only % gives back for its orders', spender
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR taken IN
        SELECT s.operation_id, s.line_id, s.currency, sum(s.amount) AS amount,
               sum(s.operator_part) AS operator_part, sum(s.provider_part) AS provider_part,
               sum(s.agency_part) AS agency_part, part.value AS kept
        FROM commissions_operationspending s
        JOIN jsonb_array_elements(kept) AS part ON (part.value ->> 'line')::uuid = s.line_id
        WHERE s.agency_schema = spender AND s.order_reference = reference
        GROUP BY s.operation_id, s.line_id, s.currency, part.value
        ORDER BY s.operation_id, s.line_id
    LOOP
        rest := (taken.kept ->> 'amount')::numeric;
        IF rest < 0 OR rest > taken.amount THEN
            RAISE EXCEPTION 'cannot keep % of %', rest, taken.amount
                USING ERRCODE = 'check_violation';
        END IF;
        UPDATE commissions_specialoperation o
        SET spent = o.spent - (taken.amount - rest)
        WHERE o.id = taken.operation_id AND o.currency = taken.currency;
        INSERT INTO commissions_operationspending (
            operation_id, agency_schema, order_reference, line_id, occurred_at, currency,
            amount, operator_part, provider_part, agency_part
        ) VALUES (
            taken.operation_id, spender, reference, taken.line_id, now(), taken.currency,
            -taken.amount, -taken.operator_part, -taken.provider_part, -taken.agency_part
        );
        IF rest > 0 THEN
            INSERT INTO commissions_operationspending (
                operation_id, agency_schema, order_reference, line_id, occurred_at, currency,
                amount, operator_part, provider_part, agency_part
            ) VALUES (
                taken.operation_id, spender, reference, taken.line_id, now(), taken.currency,
                rest, (taken.kept ->> 'operator')::numeric, (taken.kept ->> 'provider')::numeric,
                (taken.kept ->> 'agency')::numeric
            );
        END IF;
        returned := returned + 1;
    END LOOP;
    RETURN returned;
END $$;

REVOKE ALL ON FUNCTION shared.operations_spend(text, text, jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION shared.operations_return(text, text, jsonb) FROM PUBLIC;
"""
