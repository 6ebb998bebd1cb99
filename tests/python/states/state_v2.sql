BEGIN TRANSACTION;
CREATE TABLE audit (
            seq INTEGER PRIMARY KEY,
            previous TEXT NOT NULL,
            digest TEXT NOT NULL,
            kind TEXT NOT NULL,
            policy_version TEXT NOT NULL,
            model_version TEXT NOT NULL,
            body TEXT NOT NULL
        );
INSERT INTO "audit" VALUES(0,'','0000000000000000000000000000000000000000000000000000000000000000','policy','','','{}');
INSERT INTO "audit" VALUES(1,'','0000000000000000000000000000000000000000000000000000000000000001','inputs','','','{}');
INSERT INTO "audit" VALUES(2,'','0000000000000000000000000000000000000000000000000000000000000002','event','','','{}');
INSERT INTO "audit" VALUES(3,'','0000000000000000000000000000000000000000000000000000000000000003','event','','','{}');
INSERT INTO "audit" VALUES(4,'','0000000000000000000000000000000000000000000000000000000000000004','event','','','{}');
INSERT INTO "audit" VALUES(5,'','0000000000000000000000000000000000000000000000000000000000000005','inputs','','','{}');
INSERT INTO "audit" VALUES(6,'','0000000000000000000000000000000000000000000000000000000000000006','event','','','{}');
INSERT INTO "audit" VALUES(7,'','0000000000000000000000000000000000000000000000000000000000000007','event','','','{}');
INSERT INTO "audit" VALUES(8,'','0000000000000000000000000000000000000000000000000000000000000008','inputs','','','{}');
INSERT INTO "audit" VALUES(9,'','0000000000000000000000000000000000000000000000000000000000000009','event','','','{}');
CREATE TABLE decisions (
            decision_id TEXT PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES runs (run_id),
            as_of TEXT NOT NULL,
            customer_id TEXT,
            action TEXT NOT NULL,
            mode TEXT NOT NULL CHECK (mode IN ('act', 'ask')),
            amount TEXT,
            currency TEXT,
            body TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('open', 'done', 'approved', 'rejected', 'expired', 'superseded'))
        );
INSERT INTO "decisions" VALUES('D-d9c8cbe66e','R-2026-11-21-3','2026-11-21','C1','send_notice','act','1200.50','EUR','{"action":"send_notice","amount":"1200.50","ask_role":null,"currency":"EUR","customer_id":"C1","decision_id":"D-d9c8cbe66e","evidence":["items/0001"],"expires_on":"2026-11-28","item_ids":["0001"],"level":1,"mode":"act","params":{"channel":"email"},"priority":51,"propensity":1.0,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}]}','done');
INSERT INTO "decisions" VALUES('D-f6bcaa6cdb','R-2026-11-21-3','2026-11-21','C2','send_notice','act','45000.00','EUR','{"action":"send_notice","amount":"45000.00","ask_role":null,"currency":"EUR","customer_id":"C2","decision_id":"D-f6bcaa6cdb","evidence":["items/0002"],"expires_on":"2026-11-28","item_ids":["0002"],"level":1,"mode":"act","params":{"channel":"email"},"priority":37,"propensity":1.0,"reasons":[{"code":"past_due","limit":0,"observed":37,"unit":"days"}]}','done');
INSERT INTO "decisions" VALUES('D-db36b08b5a','R-2026-11-21-2','2026-11-21','C1','send_notice','ask','20000.00','EUR','{"action":"send_notice","amount":"20000.00","ask_role":"collector","context":{"days_late":51,"items":[{"amount":"20000.00","item_id":"0004"}]},"currency":"EUR","customer_id":"C1","decision_id":"D-db36b08b5a","evidence":["items/0004"],"expected_value":"20000.00","expires_on":"2026-11-28","item_ids":["0004"],"level":1,"mode":"ask","params":{"channel":"email"},"person":null,"priority":51,"propensity":1.0,"rank":1,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}],"why":"<script>alert(''Acme'')</script> & \"Söhne\" owes 20000.00 for 51 days"}','rejected');
INSERT INTO "decisions" VALUES('D-9495b49bc2','R-2026-11-21-3','2026-11-21','C1','call','ask','2000000.00','EUR','{"action":"call","amount":"2000000.00","ask_role":"collector","context":{"days_late":51,"items":[{"amount":"2000000.00","item_id":"0005"}]},"currency":"EUR","customer_id":"C1","decision_id":"D-9495b49bc2","evidence":["items/0005"],"expected_value":"2000000.00","expires_on":"2026-11-28","item_ids":["0005"],"level":1,"mode":"ask","params":{"channel":"email"},"person":null,"priority":51,"propensity":1.0,"rank":1,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}],"why":"<script>alert(''Acme'')</script> & \"Söhne\" owes 2000000.00 for 51 days"}','done');
INSERT INTO "decisions" VALUES('D-1bb2d5cc6d','R-2026-11-21-3','2026-11-21','C2','send_notice','ask','30000.00','EUR','{"action":"send_notice","amount":"30000.00","ask_role":"collector","context":{"days_late":51,"items":[{"amount":"30000.00","item_id":"0006"}]},"currency":"EUR","customer_id":"C2","decision_id":"D-1bb2d5cc6d","evidence":["items/0006"],"expected_value":"30000.00","expires_on":"2026-11-28","item_ids":["0006"],"level":1,"mode":"ask","params":{"channel":"email"},"person":null,"priority":51,"propensity":1.0,"rank":2,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}],"why":"<script>alert(''Acme'')</script> & \"Söhne\" owes 30000.00 for 51 days"}','open');
INSERT INTO "decisions" VALUES('D-2e3284a947','R-2026-11-21-3','2026-11-21','C2','send_notice','ask','40000.00','EUR','{"action":"send_notice","amount":"40000.00","ask_role":"collector","context":{"days_late":51,"items":[{"amount":"40000.00","item_id":"0007"}]},"currency":"EUR","customer_id":"C2","decision_id":"D-2e3284a947","evidence":["items/0007"],"expected_value":"40000.00","expires_on":"2026-11-28","item_ids":["0007"],"level":1,"mode":"ask","params":{"channel":"email"},"person":null,"priority":51,"propensity":1.0,"rank":3,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}],"why":"<script>alert(''Acme'')</script> & \"Söhne\" owes 40000.00 for 51 days"}','open');
INSERT INTO "decisions" VALUES('D-3c7bbfb037','R-2026-11-21-3','2026-11-21','C2','send_notice','act','80.00','EUR','{"action":"send_notice","amount":"80.00","ask_role":null,"currency":"EUR","customer_id":"C2","decision_id":"D-3c7bbfb037","evidence":["items/S008"],"expires_on":"2026-11-28","item_ids":["S008"],"level":1,"mode":"act","params":{"channel":"email"},"priority":51,"propensity":1.0,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}]}','done');
CREATE TABLE events (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id TEXT NOT NULL UNIQUE,
            on_date TEXT NOT NULL,
            decision_id TEXT REFERENCES decisions (decision_id),
            body TEXT NOT NULL,
            recorded_by TEXT NOT NULL,
            run_id TEXT NOT NULL REFERENCES runs (run_id)
        );
INSERT INTO "events" VALUES(1,'D-d9c8cbe66e:notice_sent','2026-11-21','D-d9c8cbe66e','{"channel":"email","customer_id":"C1","decision_id":"D-d9c8cbe66e","event":"notice_sent","item_ids":["0001"],"level":1,"on":"2026-11-21"}','ar-core','R-2026-11-21-1');
INSERT INTO "events" VALUES(2,'D-3c7bbfb037:notice_sent','2026-11-21','D-3c7bbfb037','{"channel":"email","customer_id":"C2","decision_id":"D-3c7bbfb037","event":"notice_sent","item_ids":["S008"],"level":1,"on":"2026-11-21"}','ar-core','R-2026-11-21-1');
INSERT INTO "events" VALUES(3,'D-f6bcaa6cdb:decision_approved','2026-11-21','D-f6bcaa6cdb','{"by":"Ada","decision_id":"D-f6bcaa6cdb","event":"decision_approved","on":"2026-11-21"}','Ada','R-2026-11-21-2');
INSERT INTO "events" VALUES(4,'D-f6bcaa6cdb:notice_sent','2026-11-21','D-f6bcaa6cdb','{"channel":"email","customer_id":"C2","decision_id":"D-f6bcaa6cdb","event":"notice_sent","item_ids":["0002"],"level":1,"on":"2026-11-21"}','ar-core','R-2026-11-21-2');
INSERT INTO "events" VALUES(5,'D-db36b08b5a:decision_rejected','2026-11-21','D-db36b08b5a','{"by":"Zoë Ångström","decision_id":"D-db36b08b5a","event":"decision_rejected","on":"2026-11-21"}','Zoë Ångström','R-2026-11-21-3');
INSERT INTO "events" VALUES(6,'D-9495b49bc2:call_made','2026-11-21','D-9495b49bc2','{"by":"Ada","customer_id":"C1","decision_id":"D-9495b49bc2","event":"call_made","on":"2026-11-21"}','Ada','R-2026-11-21-3');
CREATE TABLE runs (
            run_id TEXT PRIMARY KEY,
            as_of TEXT NOT NULL,
            book_digest TEXT NOT NULL,
            policy_digest TEXT NOT NULL,
            state_digest TEXT NOT NULL,
            engine_version TEXT NOT NULL,
            decisions INTEGER NOT NULL,
            acted INTEGER NOT NULL,
            asked INTEGER NOT NULL,
            started_at TEXT NOT NULL,
            fed_up_to INTEGER NOT NULL,
            policy TEXT NOT NULL,
            out TEXT NOT NULL
        );
INSERT INTO "runs" VALUES('R-2026-11-21-1','2026-11-21','d615c25054cfd46264977801d1ca24d28979a83a02c573d9ee01c803407b84f4','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945','0.0.0-fake',7,2,5,'2026-11-22T22:44:00+00:00',0,'{}','/books/out');
INSERT INTO "runs" VALUES('R-2026-11-21-2','2026-11-21','d615c25054cfd46264977801d1ca24d28979a83a02c573d9ee01c803407b84f4','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','194a7241e07e06fe3c81462168501342e97cdebfaa9894b2a9051545a0eae12d','0.0.0-fake',7,3,4,'2026-11-22T22:44:04+00:00',0,'{}','/books/out');
INSERT INTO "runs" VALUES('R-2026-11-21-3','2026-11-21','d615c25054cfd46264977801d1ca24d28979a83a02c573d9ee01c803407b84f4','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','73dc32833a1eb78fa21be9442fc2d16e2ac66a85ac96c0cf94b1bb1514b88b91','0.0.0-fake',6,3,3,'2026-11-22T22:44:07+00:00',0,'{}','/books/out');
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO "schema_version" VALUES(1);
INSERT INTO "schema_version" VALUES(2);
CREATE INDEX decisions_status ON decisions (status, as_of);
CREATE INDEX events_on_date ON events (on_date, seq);
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',6);
COMMIT;
