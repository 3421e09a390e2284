"""The names that vulture takes for unused although something reads them. `make lint` passes this file to vulture.

Each group gives its reason. A test refuses an entry that is no longer needed.
"""


class _Names:
    """Gives each attribute its own name."""

    def __getattr__(self, name: str) -> str:
        return name


used = _Names()
ALLOWED = (
    # Pydantic and pydantic-settings read these from the class, and pass these arguments by position.
    used.model_config,
    used.settings_customise_sources,
    used.env_settings,
    used.dotenv_settings,
    used.file_secret_settings,
    # FastAPI and uvicorn read or call these on our subclasses and on their own objects.
    used.route_class,
    used.capture_signals,
    used.should_exit,
    # aiosmtpd calls the handler by this name.
    used.handle_DATA,
    # FastStream calls the method that we put in the place of its own.
    used.get_msg,
    # aiokafka's fetcher reads these of the reader that we put in the place of its own.
    used.MemoryRecords,
    used.size_in_bytes,
    used.has_next,
    used.next_batch,
    used.is_transactional,
    used.producer_id,
    used.timestamp_type,
    # aiokafka calls the methods of its rebalance listener.
    used.on_partitions_revoked,
    used.on_partitions_assigned,
    # Expat calls these handlers and reads this switch.
    used.StartElementHandler,
    used.EndElementHandler,
    used.CharacterDataHandler,
    used.StartDoctypeDeclHandler,
    used.buffer_text,
    # Fields of events and answers. Their readers are programs outside, and services that take the whole model.
    used.source_ticket,
    used.replies_left_out,
    used.attachments_left_out,
    used.parts_left_out,
    used.update_id,
    used.complaint_id,
    used.changed_by,
    used.was_at,
    used.median_hours,
    used.topic_text,
    used.referred_to,
    used.instead_of,
    used.p90_hours,
    # Pillow reads this bound of its own module.
    used.MAX_IMAGE_PIXELS,
    # Columns of `shared/reference/regions.csv`: a row is read with all its columns.
    used.bps_code,
    used.capital,
    # openpyxl reads these of a sheet and its cells.
    used.freeze_panes,
    used.font,
    used.number_format,
    # Tests compare every metric's labels with these closed sets.
    used.LABELS,
    # The bound that the bounds of a snapshot's parts add up to. A test holds the sum to it.
    used.MAX_BYTES,
    # Parsed from WhatsApp's webhook. The content of a file says what it is.
    used.mime_type,
    # html.parser calls these of its subclass in the demo's browser.
    used.handle_starttag,
    used.handle_data,
    used.handle_endtag,
    # The template of the tracking page reads these.
    used.headline,
    used.speaker,
    used.has_field,
    # Nothing reads these. They go with the next change of `shared/pipeline` and `shared/web`.
    used._receiving,
)
