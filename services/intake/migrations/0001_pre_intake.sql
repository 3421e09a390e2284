-- What intake keeps beside its state. Run by the schema's owner.

-- Numbers behind tickets, handed out in blocks so that a ticket costs no statement; a ticket is a number enciphered.
CREATE SEQUENCE ticket_blocks;

-- A complaint is found by its ticket; the last guard against a ticket given twice.
CREATE UNIQUE INDEX state_ticket ON state ((data ->> 'ticket')) WHERE data ->> 'kind' = 'complaint';

-- WhatsApp messages that may be quoted, by the keyed hash of the provider's id: the complaint, or our message about it.
CREATE TABLE provider_messages (
    provider_hash text PRIMARY KEY,
    message uuid,
    complaint uuid
);
CREATE INDEX provider_messages_complaint ON provider_messages (complaint) WHERE complaint IS NOT NULL;
CREATE INDEX provider_messages_message ON provider_messages (message) WHERE message IS NOT NULL;

-- Which complaint a message of ours is about.
CREATE TABLE own_messages (
    message uuid PRIMARY KEY,
    complaint uuid NOT NULL
);
CREATE INDEX own_messages_complaint ON own_messages (complaint);
