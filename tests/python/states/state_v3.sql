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
INSERT INTO "audit" VALUES(5,'','0000000000000000000000000000000000000000000000000000000000000005','event','','','{}');
INSERT INTO "audit" VALUES(6,'','0000000000000000000000000000000000000000000000000000000000000006','event','','','{}');
INSERT INTO "audit" VALUES(7,'','0000000000000000000000000000000000000000000000000000000000000007','event','','','{}');
INSERT INTO "audit" VALUES(8,'','0000000000000000000000000000000000000000000000000000000000000008','event','','','{}');
INSERT INTO "audit" VALUES(9,'','0000000000000000000000000000000000000000000000000000000000000009','event','','','{}');
INSERT INTO "audit" VALUES(10,'','0000000000000000000000000000000000000000000000000000000000000010','inputs','','','{}');
INSERT INTO "audit" VALUES(11,'','0000000000000000000000000000000000000000000000000000000000000011','event','','','{}');
INSERT INTO "audit" VALUES(12,'','0000000000000000000000000000000000000000000000000000000000000012','event','','','{}');
INSERT INTO "audit" VALUES(13,'','0000000000000000000000000000000000000000000000000000000000000013','inputs','','','{}');
INSERT INTO "audit" VALUES(14,'','0000000000000000000000000000000000000000000000000000000000000014','event','','','{}');
INSERT INTO "audit" VALUES(15,'','0000000000000000000000000000000000000000000000000000000000000015','event','','','{}');
INSERT INTO "audit" VALUES(16,'','0000000000000000000000000000000000000000000000000000000000000016','inputs','','','{}');
INSERT INTO "audit" VALUES(17,'','0000000000000000000000000000000000000000000000000000000000000017','event','','','{}');
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
INSERT INTO "decisions" VALUES('D-ccd1e430f3','R-2026-11-21-4','2026-11-21','C1','send_notice','act','1200.50','EUR','{"action":"send_notice","amount":"1200.50","ask_role":null,"autonomy_level":1,"currency":"EUR","customer_id":"C1","decision_id":"D-ccd1e430f3","evidence":["items/0001"],"expires_on":"2026-11-28","gate":"approve","item_ids":["0001"],"level":1,"mode":"act","params":{"channel":"email"},"priority":51,"propensity":1.0,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}],"sampled":false,"segment":""}','done');
INSERT INTO "decisions" VALUES('D-ea63e4dcc7','R-2026-11-21-4','2026-11-21','C2','send_notice','act','45000.00','EUR','{"action":"send_notice","amount":"45000.00","ask_role":null,"autonomy_level":1,"currency":"EUR","customer_id":"C2","decision_id":"D-ea63e4dcc7","evidence":["items/0002"],"expires_on":"2026-11-28","gate":"approve","item_ids":["0002"],"level":1,"mode":"act","params":{"channel":"email"},"priority":37,"propensity":1.0,"reasons":[{"code":"past_due","limit":0,"observed":37,"unit":"days"}],"sampled":false,"segment":""}','done');
INSERT INTO "decisions" VALUES('D-1c86d131f6','R-2026-11-21-2','2026-11-21','C1','send_notice','ask','20000.00','EUR','{"action":"send_notice","alternatives":[{"choice":"wait","expected_value":"0.00","risk":"0.00"}],"amount":"20000.00","answer_by":"2026-11-23","ask_role":"collector","asked_on":null,"autonomy_level":1,"context":{"days_late":51,"items":[{"amount":"20000.00","item_id":"0004"}]},"currency":"EUR","customer_id":"C1","decision_id":"D-1c86d131f6","evidence":["items/0004"],"expected_value":"20000.00","expires_on":"2026-11-28","gate":"approve","item_ids":["0004"],"level":1,"mode":"ask","params":{"channel":"email"},"person":null,"priority":51,"propensity":1.0,"question":"approve","rank":1,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}],"sampled":false,"segment":"","unanswered":"lapses","why":"<script>alert(''Acme'')</script> & \"Söhne\" owes 20000.00 for 51 days"}','rejected');
INSERT INTO "decisions" VALUES('D-03a891c703','R-2026-11-21-4','2026-11-21','C1','call','ask','2000000.00','EUR','{"action":"call","alternatives":[{"choice":"wait","expected_value":"0.00","risk":"0.00"}],"amount":"2000000.00","answer_by":"2026-11-23","ask_role":"collector","asked_on":null,"autonomy_level":1,"context":{"days_late":51,"items":[{"amount":"2000000.00","item_id":"0005"}]},"currency":"EUR","customer_id":"C1","decision_id":"D-03a891c703","evidence":["items/0005"],"expected_value":"2000000.00","expires_on":"2026-11-28","gate":"approve","item_ids":["0005"],"level":1,"mode":"ask","params":{"channel":"email"},"person":null,"priority":51,"propensity":1.0,"question":"do","rank":1,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}],"sampled":false,"segment":"","unanswered":"lapses","why":"<script>alert(''Acme'')</script> & \"Söhne\" owes 2000000.00 for 51 days"}','done');
INSERT INTO "decisions" VALUES('D-824838376d','R-2026-11-21-4','2026-11-21','C2','send_notice','ask','30000.00','EUR','{"action":"send_notice","alternatives":[{"choice":"wait","expected_value":"0.00","risk":"0.00"}],"amount":"30000.00","answer_by":"2026-11-23","ask_role":"collector","asked_on":null,"autonomy_level":1,"context":{"days_late":51,"items":[{"amount":"30000.00","item_id":"0006"}]},"currency":"EUR","customer_id":"C2","decision_id":"D-824838376d","evidence":["items/0006"],"expected_value":"30000.00","expires_on":"2026-11-28","gate":"approve","item_ids":["0006"],"level":1,"mode":"ask","params":{"channel":"email"},"person":"Bob","priority":51,"propensity":1.0,"question":"approve","rank":2,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}],"sampled":false,"segment":"","unanswered":"lapses","why":"<script>alert(''Acme'')</script> & \"Söhne\" owes 30000.00 for 51 days"}','open');
INSERT INTO "decisions" VALUES('D-eb319110a6','R-2026-11-21-4','2026-11-21','C2','send_notice','ask','40000.00','EUR','{"action":"send_notice","alternatives":[{"choice":"wait","expected_value":"0.00","risk":"0.00"}],"amount":"40000.00","answer_by":"2026-11-23","ask_role":"collector","asked_on":null,"autonomy_level":1,"context":{"days_late":51,"items":[{"amount":"40000.00","item_id":"0007"}]},"currency":"EUR","customer_id":"C2","decision_id":"D-eb319110a6","evidence":["items/0007"],"expected_value":"40000.00","expires_on":"2026-11-28","gate":"approve","item_ids":["0007"],"level":1,"mode":"ask","params":{"channel":"letter"},"person":null,"priority":51,"propensity":1.0,"question":"approve","rank":3,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"},{"code":"edited","limit":null,"observed":null,"unit":"count"}],"sampled":false,"segment":"","unanswered":"lapses","why":"<script>alert(''Acme'')</script> & \"Söhne\" owes 40000.00 for 51 days"}','open');
INSERT INTO "decisions" VALUES('D-1fb811cf6a','R-2026-11-21-4','2026-11-21','C2','send_notice','act','80.00','EUR','{"action":"send_notice","amount":"80.00","ask_role":null,"autonomy_level":1,"currency":"EUR","customer_id":"C2","decision_id":"D-1fb811cf6a","evidence":["items/S008"],"expires_on":"2026-11-28","gate":"approve","item_ids":["S008"],"level":1,"mode":"act","params":{"channel":"email"},"priority":51,"propensity":1.0,"reasons":[{"code":"past_due","limit":0,"observed":51,"unit":"days"}],"sampled":true,"segment":""}','done');
CREATE TABLE events (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id TEXT NOT NULL UNIQUE,
            on_date TEXT NOT NULL,
            decision_id TEXT REFERENCES decisions (decision_id),
            body TEXT NOT NULL,
            recorded_by TEXT NOT NULL,
            run_id TEXT NOT NULL REFERENCES runs (run_id)
        );
INSERT INTO "events" VALUES(1,'D-ccd1e430f3:notice_sent','2026-11-21','D-ccd1e430f3','{"channel":"email","customer_id":"C1","decision_id":"D-ccd1e430f3","event":"notice_sent","item_ids":["0001"],"level":1,"on":"2026-11-21"}','ar-core','R-2026-11-21-1');
INSERT INTO "events" VALUES(2,'D-1fb811cf6a:notice_sent','2026-11-21','D-1fb811cf6a','{"channel":"email","customer_id":"C2","decision_id":"D-1fb811cf6a","event":"notice_sent","item_ids":["S008"],"level":1,"on":"2026-11-21"}','ar-core','R-2026-11-21-1');
INSERT INTO "events" VALUES(3,'D-ea63e4dcc7:decision_asked','2026-11-21','D-ea63e4dcc7','{"decision_id":"D-ea63e4dcc7","event":"decision_asked","on":"2026-11-21","to":"collector"}','ar-core','R-2026-11-21-1');
INSERT INTO "events" VALUES(4,'D-1c86d131f6:decision_asked','2026-11-21','D-1c86d131f6','{"decision_id":"D-1c86d131f6","event":"decision_asked","on":"2026-11-21","to":"collector"}','ar-core','R-2026-11-21-1');
INSERT INTO "events" VALUES(5,'D-03a891c703:decision_asked','2026-11-21','D-03a891c703','{"decision_id":"D-03a891c703","event":"decision_asked","on":"2026-11-21","to":"collector"}','ar-core','R-2026-11-21-1');
INSERT INTO "events" VALUES(6,'D-824838376d:decision_asked','2026-11-21','D-824838376d','{"decision_id":"D-824838376d","event":"decision_asked","on":"2026-11-21","to":"collector"}','ar-core','R-2026-11-21-1');
INSERT INTO "events" VALUES(7,'D-eb319110a6:decision_asked','2026-11-21','D-eb319110a6','{"decision_id":"D-eb319110a6","event":"decision_asked","on":"2026-11-21","to":"collector"}','ar-core','R-2026-11-21-1');
INSERT INTO "events" VALUES(8,'D-ea63e4dcc7:decision_approved','2026-11-21','D-ea63e4dcc7','{"action":"send_notice","by":"Ada","decision_id":"D-ea63e4dcc7","event":"decision_approved","on":"2026-11-21","segment":""}','Ada','R-2026-11-21-2');
INSERT INTO "events" VALUES(9,'D-ea63e4dcc7:notice_sent','2026-11-21','D-ea63e4dcc7','{"channel":"email","customer_id":"C2","decision_id":"D-ea63e4dcc7","event":"notice_sent","item_ids":["0002"],"level":1,"on":"2026-11-21"}','ar-core','R-2026-11-21-2');
INSERT INTO "events" VALUES(10,'D-1c86d131f6:decision_rejected','2026-11-21','D-1c86d131f6','{"action":"send_notice","by":"Zoë Ångström","decision_id":"D-1c86d131f6","event":"decision_rejected","on":"2026-11-21","segment":""}','Zoë Ångström','R-2026-11-21-3');
INSERT INTO "events" VALUES(11,'D-03a891c703:call_made','2026-11-21','D-03a891c703','{"by":"Ada","customer_id":"C1","decision_id":"D-03a891c703","event":"call_made","on":"2026-11-21"}','Ada','R-2026-11-21-3');
INSERT INTO "events" VALUES(12,'D-eb319110a6:decision_edited','2026-11-21','D-eb319110a6','{"action":"send_notice","by":"Ada","decision_id":"D-eb319110a6","edit":{"channel":"letter"},"event":"decision_edited","on":"2026-11-21","segment":""}','Ada','R-2026-11-21-4');
INSERT INTO "events" VALUES(13,'D-824838376d:decision_delegated','2026-11-21','D-824838376d','{"by":"Ada","decision_id":"D-824838376d","event":"decision_delegated","on":"2026-11-21","to":"Bob"}','Ada','R-2026-11-21-4');
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
        , heard INTEGER NOT NULL DEFAULT 0);
INSERT INTO "runs" VALUES('R-2026-11-21-1','2026-11-21','d615c25054cfd46264977801d1ca24d28979a83a02c573d9ee01c803407b84f4','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945','0.0.0-fake',7,2,5,'2026-11-22T22:44:11+00:00',0,'{}','/books/out',0);
INSERT INTO "runs" VALUES('R-2026-11-21-2','2026-11-21','d615c25054cfd46264977801d1ca24d28979a83a02c573d9ee01c803407b84f4','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','f5c83991279714c3ef5e8db81e7c65b02148bfc85e55cf70b5801a6786faba76','0.0.0-fake',7,3,4,'2026-11-22T22:44:14+00:00',0,'{}','/books/out',8);
INSERT INTO "runs" VALUES('R-2026-11-21-3','2026-11-21','d615c25054cfd46264977801d1ca24d28979a83a02c573d9ee01c803407b84f4','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','2a96893d927f35f56737cf3ee56c861e63acddb19127b60fd2b8da4c6a09f28b','0.0.0-fake',6,3,3,'2026-11-22T22:44:16+00:00',0,'{}','/books/out',10);
INSERT INTO "runs" VALUES('R-2026-11-21-4','2026-11-21','d615c25054cfd46264977801d1ca24d28979a83a02c573d9ee01c803407b84f4','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','24ab9667ce1c00fe00875d87902d78e11290f89853c59443a7a62cd52a4407f3','0.0.0-fake',6,3,3,'2026-11-22T22:44:19+00:00',0,'{}','/books/out',12);
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO "schema_version" VALUES(1);
INSERT INTO "schema_version" VALUES(2);
INSERT INTO "schema_version" VALUES(3);
CREATE INDEX decisions_status ON decisions (status, as_of);
CREATE INDEX events_on_date ON events (on_date, seq);
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE INDEX decisions_sampled ON decisions (as_of) WHERE mode = 'act' AND json_extract(body, '$.sampled') = 1;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',13);
COMMIT;
